import { AwsError } from "../api";
import type { Deed } from "../deeds";
import { isReachable } from "../faultEffects";
import type { Exec, Instance, RegionState } from "../model";
import { serial } from "../random";
import { commandFor } from "./commands";
import type { Invocation, NodeCommand, Output } from "./commands/command";
import { witnessText } from "../secretsWitness";
import { osIsUp } from "./phases";
import { parseScript, type Step } from "./shell";

/** An exec that ended is kept this long for whoever asks for its output. */
const KEPT = 3_600_000;
/** OpenSSH's exit status when the connection breaks. */
const CONNECTION_LOST: Output = { exitCode: 255, stdout: "", stderr: "Connection closed by remote host\n" };

/** Begins a command line on a node. Throws `InvalidInstanceId` where nothing on the machine could take it. */
export function beginExec(state: RegionState, instanceId: string, command: string): Exec {
  const instance = state.instances.find((candidate) => candidate.id === instanceId);
  if (!instance || !isReachable(state, instance)) {
    throw new AwsError(
      "InvalidInstanceId",
      `Instances [[${instanceId}]] not in a valid state for account ${state.accountId}`,
    );
  }
  const exec: Exec = {
    id: `exec-${serial(state)}`,
    instanceId,
    command,
    startedAt: state.now,
    step: 0,
    output: { exitCode: 0, stdout: "", stderr: "" },
    waitsFor: "time",
    endsAt: undefined,
    result: undefined,
  };
  state.execs.push(exec);
  witnessText(state, `a command on ${instanceId}`, command);
  if (parseScript(command) === undefined) append(exec, { exitCode: 2, stdout: "", stderr: "sh: syntax error\n" });
  beginStep(state, instance, exec);
  return exec;
}

/** Ends it now, as when its connection or its time is over. What it set going on the node goes on. */
export function breakOff(state: RegionState, exec: Exec, output: Output): void {
  append(exec, output);
  end(state, exec);
}

export function execDeeds(state: RegionState): readonly Deed[] {
  return state.execs.flatMap((exec) => {
    if (exec.result) return [{ at: exec.result.endedAt + KEPT, act: () => forget(state, exec) }];
    const instance = state.instances.find((candidate) => candidate.id === exec.instanceId);
    if (!instance || !osIsUp(instance)) return [{ at: state.now, act: () => breakOff(state, exec, CONNECTION_LOST) }];
    const at = isWaitedFor(exec, instance) ? exec.endsAt : state.now;
    return at === undefined ? [] : [{ at, act: () => endStep(state, instance, exec) }];
  });
}

function forget(state: RegionState, exec: Exec): void {
  state.execs.splice(state.execs.indexOf(exec), 1);
}

function isWaitedFor(exec: Exec, { node }: Instance): boolean {
  if (exec.waitsFor === "drain") return node.phase === "draining";
  if (exec.waitsFor === "app") return ["migrating", "starting", "stopping"].includes(node.phase);
  return true;
}

/** The step that is next in turn: those whose condition does not hold are passed over. */
function beginStep(state: RegionState, instance: Instance, exec: Exec): void {
  const steps = parseScript(exec.command) ?? [];
  const applies = ({ joiner }: Step) => joiner === ";" || (joiner === "&&") === (exec.output.exitCode === 0);
  let step = steps[exec.step];
  while (step && exec.step > 0 && !applies(step)) step = steps[(exec.step += 1)];
  if (!step) {
    end(state, exec);
    return;
  }
  const { command, invocation } = resolve(state, instance, exec, step);
  const wait = command.begin?.(invocation);
  exec.waitsFor = wait?.for ?? "time";
  if (!wait) exec.endsAt = state.now + command.takes;
  else exec.endsAt = wait.atMost === undefined ? undefined : state.now + wait.atMost;
}

function endStep(state: RegionState, instance: Instance, exec: Exec): void {
  const step = parseScript(exec.command)?.[exec.step];
  if (step) {
    const { command, invocation } = resolve(state, instance, exec, step);
    append(exec, redirected(command.end(invocation), step));
  }
  exec.step += 1;
  beginStep(state, instance, exec);
}

function resolve(
  state: RegionState,
  instance: Instance,
  exec: Exec,
  step: Step,
): { command: NodeCommand; invocation: Invocation } {
  const { command, args } = commandFor(state, instance, step.argv);
  return { command, invocation: { state, instance, exec, args } };
}

function redirected(output: Output, step: Step): Output {
  const stderr = step.dropStderr || step.merge ? "" : output.stderr;
  const stdout = step.dropStdout ? "" : output.stdout + (step.merge ? output.stderr : "");
  return { exitCode: output.exitCode, stdout, stderr };
}

function append(exec: Exec, { exitCode, stdout, stderr }: Output): void {
  exec.output = { exitCode, stdout: exec.output.stdout + stdout, stderr: exec.output.stderr + stderr };
}

function end(state: RegionState, exec: Exec): void {
  witnessText(state, `the output of a command on ${exec.instanceId}`, `${exec.output.stdout}\n${exec.output.stderr}`);
  exec.waitsFor = "time";
  exec.endsAt = undefined;
  exec.result = { ...exec.output, endedAt: state.now };
}
