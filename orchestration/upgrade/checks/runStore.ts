import { acceptable, check, type Check } from "./check";

/** The journal of a long run with its reports and what is kept of a halt, several times over. */
export const ROOM_BYTES = 16 * 1024 * 1024;

/** What a run writes down finds room, and only operators may change it. */
export const RUN_STORE_CHECKS: readonly Check[] = [
  acceptable(
    "run-store",
    "only operators may write to the run store, and what is lost there can be restored",
    "Close what is open: docs/operations.md says how a run store must be. Whoever may write to it decides what a resumed run does.",
    async ({ ports, policy }) => (await ports.store.concerns({ bucket: policy.backup.bucket })).join("; ") || undefined,
  ),
  check(
    "run-store-room",
    "the run store has room for a whole run",
    "Free disk space, or get the permission to write. A run that cannot write its journal stops, in the outage as well.",
    async ({ ports }) => {
      await ports.store.makeSureOfRoom(ROOM_BYTES);
      return undefined;
    },
  ),
];
