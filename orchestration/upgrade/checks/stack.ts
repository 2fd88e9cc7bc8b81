import { unexpected } from "../../domain/changes";
import { buildOf } from "../../fleet/instances";
import { check, type Check } from "./check";

/** The stack can take the update, and it would change nothing but the build. */
export const STACK_CHECKS: readonly Check[] = [
  check(
    "stack-file",
    "the stack's file is not behind what runs wrote elsewhere",
    "Get the newer file (`git pull`), or `npm run sync`.",
    ({ ports }) => ports.stack.outOfDate(),
  ),
  check(
    "pending-operations",
    "no update was cut off but one that staging repeats",
    "Run `pulumi refresh`; it clears them.",
    async ({ ports }) => (await ports.stack.pendingOperations()).join(", ") || undefined,
  ),
  check(
    "stack-diff",
    "the update changes the launch template only",
    "Bring the other changes in with `pulumi up` first, or take them back.",
    async ({ ports, plan }) => {
      const [first] = plan.hops;
      const changes = await ports.stack.preview(first ? buildOf(first) : {});
      return unexpected(changes, ports.stack.allowed.stage).join("; ") || undefined;
    },
  ),
];
