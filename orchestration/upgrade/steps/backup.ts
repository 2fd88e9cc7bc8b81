import { TAGS } from "../../../infra/contract";
import { RepaveError } from "../../domain/errors";
import { hopRecord } from "../../domain/journal";
import { type Release, releaseInId } from "../../domain/release";
import type { Backups } from "../../ports/account/backups";
import { isBehind } from "../../fleet/instances";
import { done, PENDING, type StepBody } from "../step";
import { waitFor } from "../../run/wait";

/**
 * A snapshot of the database, where the stack asks for one, awaited before anything is terminated; in any case the moment
 * is written down to which the database can be restored, here and, later and better, at zero. Restoring is never done here: it
 * is the operator's.
 */
export const backup: StepBody = {
  title: "take a database snapshot and record the point in time",
  titleIn: (_, { backup: { snapshot } }) =>
    `${snapshot ? "take a database snapshot and " : ""}record the point in time`,
  observe(ctx) {
    const hop = hopRecord(ctx.run.state, ctx.hopIndex);
    const { snapshot, databaseId } = ctx.policy.backup;
    if (isBehind(ctx)) return Promise.resolve(done("this release was started"));
    if (databaseId === undefined) return Promise.resolve(done("the stack sets no database"));
    if (hop.oneAsked) return Promise.resolve(done("the new release may have started"));
    const taken = hop.pointInTime !== undefined && (!snapshot || hop.snapshotTaken === true);
    return Promise.resolve(taken ? done("taken by this run") : PENDING);
  },
  async run({ ports, policy, plan, run, hop, hopIndex, signal }) {
    const { databaseId, snapshot, pollMs } = policy.backup;
    if (databaseId === undefined) return;
    if (snapshot) {
      const snapshotId = await freeName(ports.backups, snapshotName(run.id, hop.release));
      await run.record({ event: "backup.started", hop: hopIndex, snapshotId });
      const { changeNumber } = run.state;
      const change = changeNumber === undefined ? {} : { [TAGS.change]: changeNumber };
      await ports.backups.snapshot(databaseId, snapshotId, {
        [TAGS.run]: run.id,
        [TAGS.stack]: plan.stack,
        ...change,
      });
      const late = (): RepaveError => new RepaveError("BACKUP_FAILED", `snapshot ${snapshotId} is not available`);
      await waitFor(ports.clock, { pollMs, timeoutMs: policy.drain.timeoutMs, signal, late }, async () => {
        const status = await ports.backups.snapshotStatus(snapshotId);
        run.tell({ event: "progress", step: "backup", text: `${snapshotId}: ${status ?? "not available yet"}` });
        if (status === "failed") throw new RepaveError("BACKUP_FAILED", `snapshot ${snapshotId} failed`);
        return status === "available" ? true : undefined;
      });
      await run.record({ event: "backup.taken", hop: hopIndex, snapshotId });
    }
    await run.record({ event: "backup.mark", hop: hopIndex, pointInTime: ports.clock.now() });
  },
};

/** Letters, digits and single hyphens, beginning with a letter: what RDS takes for an id. */
export const snapshotName = (runId: string, release: Release): string => `${runId}-before-${releaseInId(release)}`;

const MOST_ATTEMPTS = 9;

/** A failed snapshot keeps its name until someone deletes it. A pending or finished one is this run's own. */
async function freeName(backups: Backups, name: string): Promise<string> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const id = attempt === 1 ? name : `${name}-${attempt}`;
    if ((await backups.snapshotStatus(id)) !== "failed") return id;
  }
  throw new RepaveError("BACKUP_FAILED", `${MOST_ATTEMPTS} snapshots named ${name} have failed`);
}
