import type { Exec, SsmCommand } from "../../region/model";
import type { Answer } from "../service";

/** GetCommandInvocation shows this much of each stream (Systems Manager API reference). */
const STDOUT_LIMIT = 24_000;
const STDERR_LIMIT = 8_000;
const CUT_MARK = "\n--output truncated--";
/** ListCommandInvocations shows this much of the output. */
const PLUGIN_OUTPUT_LIMIT = 2_500;

const PLUGIN = "aws:runShellScript";
/** ResponseCode of a command that has not ended. */
const NOT_ENDED = -1;

type Invocation = SsmCommand["invocations"][number];

export function invocationAnswer(command: SsmCommand, invocation: Invocation, exec: Exec | undefined): Answer {
  const result = exec?.result;
  return {
    CommandId: command.id,
    InstanceId: invocation.instanceId,
    Comment: command.comment,
    DocumentName: command.documentName,
    PluginName: PLUGIN,
    ResponseCode: result?.exitCode ?? NOT_ENDED,
    ExecutionStartDateTime: exec ? new Date(exec.startedAt).toISOString() : "",
    ExecutionElapsedTime: exec && result ? `PT${(result.endedAt - exec.startedAt) / 1000}S` : "",
    ExecutionEndDateTime: result ? new Date(result.endedAt).toISOString() : "",
    Status: statusOf(invocation),
    StatusDetails: statusDetails(invocation.status, exec),
    StandardOutputContent: cut(result?.stdout, STDOUT_LIMIT),
    StandardOutputUrl: "",
    StandardErrorContent: cut(result && withAgentsOwn(result), STDERR_LIMIT),
    StandardErrorUrl: "",
  };
}

export function invocationSummary(
  command: SsmCommand,
  invocation: Invocation,
  exec: Exec | undefined,
  details: boolean,
): Answer {
  const result = exec?.result;
  const plugin = {
    Name: PLUGIN,
    Status: statusOf(invocation),
    StatusDetails: statusDetails(invocation.status, exec),
    ResponseCode: result?.exitCode ?? NOT_ENDED,
    Output: [result?.stdout, result && withAgentsOwn(result)]
      .filter(Boolean)
      .join("\n----------ERROR-------\n")
      .slice(0, PLUGIN_OUTPUT_LIMIT),
  };
  return {
    CommandId: command.id,
    InstanceId: invocation.instanceId,
    Comment: command.comment,
    DocumentName: command.documentName,
    RequestedDateTime: new Date(command.requestedAt),
    Status: statusOf(invocation),
    StatusDetails: statusDetails(invocation.status, exec),
    CommandPlugins: details ? [plugin] : [],
  };
}

/** What the agent adds to the standard error of a command that failed. Its line has no end. */
function withAgentsOwn({ stderr, exitCode }: NonNullable<Exec["result"]>): string {
  if (exitCode === 0) return stderr;
  return `${stderr}${stderr === "" || stderr.endsWith("\n") ? "" : "\n"}failed to run commands: exit status ${exitCode}`;
}

/** The agent cuts by bytes, whole characters, and ends what it has cut with a mark of its own. */
function cut(output: string | undefined, limit: number): string {
  const bytes = Buffer.from(output ?? "");
  if (bytes.length < limit) return output ?? "";
  const kept = bytes.subarray(0, limit - CUT_MARK.length).toString("utf8");
  return kept.replace(/\uFFFD$/, "") + CUT_MARK;
}

/** What could not be delivered has failed; only StatusDetails says why. */
const statusOf = ({ status }: Invocation): string => (status === "Undeliverable" ? "Failed" : status);

/** StatusDetails tells a command that was never delivered from one that did not end. */
function statusDetails(status: string, exec: Exec | undefined): string {
  if (status === "TimedOut") return exec ? "Execution Timed Out" : "Delivery Timed Out";
  return status.replace(/(?<=[a-z])(?=[A-Z])/g, " ");
}
