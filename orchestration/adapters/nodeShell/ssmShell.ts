import { type ErrorCode, RepaveError } from "../../domain/errors";
import { withoutAgentsOwn } from "../../domain/text/reason";
import type { Clock } from "../../ports/clock";
import type { CommandResult, NodeAddress, NodeShell, RunOptions } from "../../ports/nodeShell";
import type { AwsClients } from "../aws/clients";
import { type Invocation, ssmRunCommand } from "../aws/runCommand";
import { traced } from "../machine/trace";
import { shellLine } from "./shellLine";
import { isCut, longOutput } from "./ssmLongOutput";

export interface SsmShellOptions {
  readonly clients: Pick<AwsClients, "ssm">;
  readonly clock: Clock;
}

const DEFAULT_TIMEOUT_MS = 60_000;
/** `executionTimeout` of AWS-RunShellScript: seconds, at most 48 hours. */
const MAX_EXECUTION_SECONDS = 172_800;
/** How long the agent may take to fetch the command (`TimeoutSeconds`). The API's minimum is 30. */
const DELIVERY_SECONDS = 60;
const FIRST_POLL_MS = 500;
const POLL_MS = 2_000;
/** Polls before a command counts as too late: time that this machine was suspended, or had no turn, was not spent waiting for the node. */
const FEWEST_POLLS = 5;
/** Polls in a row that may fail for a passing reason before the node counts as unreachable. */
const FAILED_POLLS = 10;

/** Failures of a poll that say nothing about the command. */
const MAY_PASS: readonly ErrorCode[] = ["AWS_CALL_FAILED", "AWS_UNREACHABLE"];

/** Nodes over SSM Run Command: no keys and no inbound port, but an agent on the node and IAM around it. */
export function ssmShell({ clients, clock }: SsmShellOptions): NodeShell {
  const ssm = ssmRunCommand(clients);

  async function send({ instanceId }: NodeAddress, line: string, timeoutMs: number): Promise<string> {
    const executionSeconds = Math.min(Math.max(Math.ceil(timeoutMs / 1_000), 1), MAX_EXECUTION_SECONDS);
    const id = await ssm.send({ instanceId, line, executionSeconds, deliverySeconds: DELIVERY_SECONDS });
    if (id === undefined) throw new RepaveError("NODE_UNREACHABLE", `${instanceId} is not registered with SSM`);
    return id;
  }

  async function awaitEnd(
    node: NodeAddress,
    id: string,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<CommandResult> {
    const deadline = clock.monotonic() + timeoutMs;
    let failures = 0;
    let polls = 0;
    let status = "Pending";
    for (let wait = FIRST_POLL_MS; ; wait = POLL_MS) {
      const left = deadline - clock.monotonic();
      await clock.sleep(left > 0 ? Math.min(wait, left) : wait, signal);
      polls += 1;
      try {
        const seen = await ssm.invocation(node.instanceId, id);
        failures = 0;
        status = seen?.Status ?? status;
        const result = seen && ended(node, seen);
        if (result) return result;
      } catch (thrown) {
        failures += 1;
        if (!(thrown instanceof RepaveError && MAY_PASS.includes(thrown.code)) || failures >= FAILED_POLLS)
          throw thrown;
      }
      if (clock.monotonic() >= deadline && polls >= FEWEST_POLLS) {
        await ssm.cancel(node.instanceId, id);
        throw status === "InProgress" || status === "Cancelling"
          ? new RepaveError(
              "NODE_COMMAND_TIMEOUT",
              `${node.instanceId}: the command did not end within ${timeoutMs / 1_000} s`,
            )
          : new RepaveError("NODE_UNREACHABLE", `${node.instanceId}: SSM did not deliver the command (${status})`);
      }
    }
  }

  async function runLine(node: NodeAddress, line: string, timeoutMs: number, signal?: AbortSignal) {
    signal?.throwIfAborted();
    const id = await send(node, line, timeoutMs);
    try {
      return await awaitEnd(node, id, timeoutMs, signal);
    } catch (thrown) {
      if (signal?.aborted) await ssm.cancel(node.instanceId, id);
      throw thrown;
    }
  }

  return {
    async run(node, argv, { timeoutMs = DEFAULT_TIMEOUT_MS, signal }: RunOptions = {}) {
      const line = shellLine(argv);
      const result = await traced(
        () => `${node.instanceId}: ${line}`,
        () => runLine(node, line, timeoutMs, signal),
        ({ exitCode }) => `exit ${exitCode}`,
      );
      if (!isCut(result.stdout)) return result;
      return longOutput(node.instanceId, line, (each, regardless) =>
        runLine(node, each, timeoutMs, regardless ? undefined : signal),
      );
    },
  };
}

/** The result of an invocation that ended; undefined while it goes on. Throws where it ended without one. */
function ended(node: NodeAddress, seen: Invocation): CommandResult | undefined {
  // "DeliveryTimedOut" in one API, "Delivery Timed Out" in another.
  const details = (seen.StatusDetails ?? "").replaceAll(" ", "");
  switch (seen.Status) {
    case undefined:
    case "Pending":
    case "InProgress":
    case "Delayed":
    case "Cancelling":
      return undefined;
    case "Success":
    case "Failed": {
      const exitCode = seen.ResponseCode ?? -1;
      // -1: the command never came to run, whatever the reason.
      if (exitCode < 0) break;
      const stderr = withoutAgentsOwn(seen.StandardErrorContent ?? "");
      return { exitCode, stdout: seen.StandardOutputContent ?? "", stderr };
    }
    case "TimedOut":
      if (details === "ExecutionTimedOut") {
        throw new RepaveError("NODE_COMMAND_TIMEOUT", `${node.instanceId}: SSM ended the command (ExecutionTimedOut)`);
      }
      break;
    case "Cancelled":
      break;
  }
  throw new RepaveError("NODE_UNREACHABLE", `${node.instanceId}: SSM says ${details || seen.Status}`);
}
