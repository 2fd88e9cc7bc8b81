import { AwsError } from "./api";
import type { Deed } from "./deeds";
import { inEffect, isReachable, strike } from "./faultEffects";
import type { Exec, RegionState, SsmCommand } from "./model";
import { beginExec, breakOff } from "./node/execs";
import { uuid } from "./random";

/** Time in which the agent picks a command up. */
const DELIVERY = 1000;
/** A command is kept this long after its end, as are the execs that hold its output. */
const KEPT = 3_600_000;

/** Seconds that only a command is given which waits for work to end. */
const LONG = 3600;

type Invocation = SsmCommand["invocations"][number];

export interface CommandInput {
  readonly instanceIds: readonly string[];
  readonly commands: readonly string[];
  readonly documentName: string;
  readonly comment?: string;
  readonly executionTimeoutSeconds: number;
  readonly deliveryTimeoutSeconds: number;
}

/** Throws `InvalidInstanceId` where an instance has no agent that is connected. */
export function sendCommand(state: RegionState, input: CommandInput): SsmCommand {
  if (input.documentName !== "AWS-RunShellScript") {
    throw new AwsError("InvalidDocument", `Document with name ${input.documentName} does not exist.`);
  }
  const connected = state.instances.filter((instance) => isReachable(state, instance)).map((instance) => instance.id);
  const unknown = input.instanceIds.filter((id) => !connected.includes(id));
  if (unknown.length > 0) {
    throw new AwsError(
      "InvalidInstanceId",
      `Instances [[${unknown.join(", ")}]] not in a valid state for account ${state.accountId}`,
    );
  }
  const command: SsmCommand = {
    id: uuid(state),
    documentName: input.documentName,
    comment: input.comment ?? "",
    commands: [...input.commands],
    requestedAt: state.now,
    executionTimeoutSeconds: input.executionTimeoutSeconds,
    deliveryTimeoutSeconds: input.deliveryTimeoutSeconds,
    invocations: input.instanceIds.map((instanceId) => ({ instanceId, execId: undefined, status: "Pending" })),
  };
  state.ssmCommands.push(command);
  return command;
}

/** Cancels what has not ended. */
export function cancelCommand(state: RegionState, commandId: string): void {
  const command = state.ssmCommands.find((candidate) => candidate.id === commandId);
  if (!command) throw new AwsError("InvalidCommandId", `The specified command ID ${commandId} is not valid.`);
  for (const invocation of command.invocations) {
    if (!isOpen(invocation)) continue;
    invocation.status = "Cancelled";
    kill(state, invocation);
  }
}

function isOpen(invocation: Invocation): boolean {
  return ["Pending", "Delayed", "InProgress"].includes(invocation.status);
}

function kill(state: RegionState, invocation: Invocation): void {
  const exec = execOf(state, invocation);
  if (exec && !exec.result) breakOff(state, exec, { exitCode: 137, stdout: "", stderr: "Killed\n" });
}

function execOf(state: RegionState, invocation: Invocation): Exec | undefined {
  return state.execs.find((exec) => exec.id === invocation.execId);
}

export function ssmDeeds(state: RegionState): readonly Deed[] {
  return state.ssmCommands.flatMap((command) => {
    if (!command.invocations.some(isOpen)) return [{ at: expiry(state, command), act: () => forget(state, command) }];
    return command.invocations.filter(isOpen).map((invocation) => {
      if (invocation.status === "Pending") {
        return { at: command.requestedAt + DELIVERY, act: () => deliver(state, command, invocation) };
      }
      return invocation.status === "Delayed" ? expire(command, invocation) : progress(state, command, invocation);
    });
  });
}

/** Whether SSM says that it knows of a command's invocations. */
export function isKnown(state: RegionState, { requestedAt }: SsmCommand): boolean {
  const [late] = inEffect(state, "invocations-late");
  if (!late || state.now >= requestedAt + late.effect.seconds * 1000) return true;
  strike(state, late.fault, "an invocation was not known yet");
  return false;
}

function expiry(state: RegionState, command: SsmCommand): number {
  const ends = command.invocations.map((invocation) => execOf(state, invocation)?.result?.endedAt ?? 0);
  return Math.max(command.requestedAt, ...ends) + KEPT;
}

function forget(state: RegionState, command: SsmCommand): void {
  state.ssmCommands.splice(state.ssmCommands.indexOf(command), 1);
}

function deliver(state: RegionState, command: SsmCommand, invocation: Invocation): void {
  const [undeliverable] = inEffect(state, "undeliverable", invocation.instanceId);
  if (undeliverable) {
    strike(state, undeliverable.fault, `a command to ${invocation.instanceId} was not delivered`);
    invocation.status = "Undeliverable";
    return;
  }
  const [unfetched] = inEffect(state, "command-not-fetched", invocation.instanceId);
  if (unfetched) {
    strike(state, unfetched.fault, `a command to ${invocation.instanceId} was not fetched`);
    invocation.status = "Delayed";
    return;
  }
  const [cut] = inEffect(state, "command-cut-off", invocation.instanceId);
  if (cut && command.executionTimeoutSeconds > LONG) {
    strike(state, cut.fault, `a command on ${invocation.instanceId} will be cut off`);
    command.executionTimeoutSeconds = cut.effect.seconds;
  }
  try {
    invocation.execId = beginExec(state, invocation.instanceId, command.commands.join("\n")).id;
    invocation.status = "InProgress";
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    invocation.status = "Undeliverable";
  }
}

/** Nobody fetches it until its time is over. */
function expire({ requestedAt, deliveryTimeoutSeconds }: SsmCommand, invocation: Invocation): Deed {
  return { at: requestedAt + deliveryTimeoutSeconds * 1000, act: () => void (invocation.status = "TimedOut") };
}

/** It ends with its exec or its time. From a machine that went away nothing comes: it is in progress until its time is over. */
function progress(state: RegionState, command: SsmCommand, invocation: Invocation): Deed {
  const exec = execOf(state, invocation);
  const instance = state.instances.find((candidate) => candidate.id === invocation.instanceId);
  const result = instance && isReachable(state, instance) ? exec?.result : undefined;
  if (result) {
    const status = result.exitCode === 0 ? "Success" : "Failed";
    return { at: state.now, act: () => void (invocation.status = status) };
  }
  const startedAt = exec?.startedAt ?? command.requestedAt + DELIVERY;
  return {
    at: startedAt + command.executionTimeoutSeconds * 1000,
    act: () => {
      invocation.status = "TimedOut";
      kill(state, invocation);
    },
  };
}
