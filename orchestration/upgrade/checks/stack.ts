import { inWords, unexpected, WAITING_CHANGES, waitingIn } from "../../domain/changes";
import { acceptable, check, type Check } from "./check";

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
    async ({ ports, plan, preview }) => {
      const { stage, move, waiting } = ports.stack.allowed;
      const changes = await preview();
      return unexpected(changes, plan.move ? move : stage, waitingIn(changes, waiting)).join("; ") || undefined;
    },
  ),
  acceptable(
    WAITING_CHANGES,
    "no other change of the stack waits for a maintenance window",
    "Wait for that window, or apply the change now, then run `pulumi refresh`.",
    async ({ ports, preview }) => {
      const waiting = waitingIn(await preview(), ports.stack.allowed.waiting);
      if (waiting.length === 0) return undefined;
      const each = waiting.map((change) => inWords(change, change.properties)).join("; ");
      return {
        failure: `${each}: each preview shows it until AWS has applied it in the maintenance window of that service`,
        remedy:
          "If it was not applied with `pulumi up` yet, do that first or revert it. Otherwise wait for that window, or apply the change now (it interrupts the service), then run `pulumi refresh`.",
        changes: waiting.map(({ type, name, properties }) => ({ type, name, properties })),
      };
    },
  ),
];
