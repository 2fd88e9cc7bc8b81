import { unexpected } from "../../domain/changes";
import { hopRecord } from "../../domain/journal";
import { buildOf } from "../../fleet/instances";
import { check, type Check } from "./check";

/** The stack can take the update, and it would change nothing but the build. */
export const STACK_CHECKS: readonly Check[] = [
  check(
    "stack-file",
    "the stack file is up to date with the last run",
    "Get the newer file with `git pull`, or update it with `npm run sync`.",
    async ({ ports, plan }) => {
      const why = await ports.stack.outOfDate();
      return why === undefined ? undefined : `${why}. Update it: npm run sync -- --stack ${plan.stack}`;
    },
  ),
  check(
    "stack-file-writable",
    "the stack file can be written",
    "Make the file and its folder writable for yourself: the run writes each new build into it.",
    ({ ports }) => ports.stack.unwritable(),
  ),
  check(
    "pending-operations",
    "no interrupted Pulumi update is pending",
    "Run `pulumi refresh`, which clears it.",
    async ({ ports }) => (await ports.stack.pendingOperations()).join(", ") || undefined,
  ),
  check(
    "stack-diff",
    "the update changes the launch template only",
    "Apply the other changes with `pulumi up` first, or revert them.",
    async ({ ports, plan, run }) => {
      const [first] = plan.hops;
      const changes = await ports.stack.preview(first ? buildOf(first, hopRecord(run.state, 0).digest) : {});
      return unexpected(changes, ports.stack.allowed.stage).join("; ") || undefined;
    },
  ),
];
