import { FLEET_ENV, STACK_ENV } from "../../infra/contract";
import { systemClock } from "../adapters/clock";
import { RepaveError } from "../domain/errors";
import { alive } from "../domain/fleet";
import { allHeld, conditions } from "../domain/health";
import type { RunEvent } from "../domain/events";
import type { Clock } from "../ports/clock";
import type { Reporter } from "../ports/reporter";
import { DEFAULT_POLICY, type Ports } from "../upgrade/context";
import { lookAt } from "../upgrade/sight";
import { waitFor } from "../upgrade/wait";
import { nodeSide, openTarget, stackConfig, stackFileOf, type FleetFacts } from "../wiring";
import { reporterFor, targetOptions, type Io, type StackOptions } from "./io";
import { examples, onStack, type Verb } from "./verb";

export interface HealthOptions extends StackOptions {
  /** Until every node of the group is healthy, several times in a row; otherwise one look. */
  readonly wait?: boolean;
}

type Looked = Pick<Ports, "fleet" | "tfe">;

/**
 * `health`: every condition of the gate on every node. 0: all healthy; 1: not. With the fleet's facts in the environment
 * (`TFE_REPAVE_FLEET`, the stack's post-build gate) it needs neither engine nor outputs, which do not exist yet then.
 */
export async function healthCommand(options: HealthOptions, io: Io): Promise<number> {
  const facts = process.env[FLEET_ENV];
  if (facts !== undefined) return withFacts(JSON.parse(facts) as FleetFacts & { nodeCount: number }, options, io);
  const target = await openTarget(targetOptions(options, io));
  try {
    const { clock, reporter, stack } = target.ports;
    const expected = (await stack.outputs())?.nodeCount ?? 0;
    return await judge(target.ports, expected, clock, reporter, options, io);
  } finally {
    await target.close();
  }
}

async function withFacts(facts: FleetFacts & { nodeCount: number }, options: HealthOptions, io: Io): Promise<number> {
  const clock = systemClock();
  const stackName = process.env[STACK_ENV] ?? "";
  const { clients, ...ports } = nodeSide(facts, stackConfig(stackFileOf(stackName), stackName), clock);
  try {
    return await judge(ports, facts.nodeCount, clock, reporterFor(options, io)(clock), options, io);
  } finally {
    clients.destroy();
  }
}

async function judge(
  ports: Looked,
  expected: number,
  clock: Clock,
  reporter: Reporter,
  options: HealthOptions,
  io: Io,
): Promise<number> {
  const { greens, everyMs, timeoutMs } = DEFAULT_POLICY.gate;
  if (options.wait !== true) return (await lookOnce(ports, expected, reporter, 1)) ? 0 : 1;
  let streak = 0;
  const late = (): RepaveError => new RepaveError("GATE_TIMEOUT", "not every node became healthy");
  await waitFor(clock, { pollMs: everyMs, timeoutMs, signal: io.signal, late }, async () => {
    streak = (await lookOnce(ports, expected, reporter, greens, streak)) ? streak + 1 : 0;
    return streak >= greens ? true : undefined;
  });
  return 0;
}

/** One look at all nodes. Each must run the release it was built for, which its own tag says. */
async function lookOnce(
  { fleet, tfe }: Looked,
  expected: number,
  reporter: Reporter,
  needed: number,
  streak = 0,
): Promise<boolean> {
  const seen = await fleet.describe();
  const nodes = alive(seen);
  const verdicts = await Promise.all(
    nodes.map(async (instance) => {
      const observations = conditions(await lookAt(tfe, seen, instance.id), instance.release ?? 0);
      const healthy = allHeld(observations);
      const event: RunEvent = {
        event: "node.health",
        instanceId: instance.id,
        greens: healthy ? streak + 1 : 0,
        needed,
        healthy,
        observations,
      };
      reporter.emit(event);
      return healthy;
    }),
  );
  if (nodes.length !== expected)
    reporter.emit({ event: "warning", text: `${nodes.length} nodes instead of ${expected}` });
  return nodes.length === expected && verdicts.every(Boolean);
}

export const healthVerb: Verb = ({ io, verb, exit }) => {
  onStack(verb("health", "Show every condition of the gate on every node."))
    .option("--wait", "until every node is healthy, several times in a row")
    .addHelpText(
      "after",
      examples("npm run health -- --stack production", "npm run health -- --stack production --wait"),
    )
    .action(async (options: HealthOptions) => exit(await healthCommand(options, io)));
};
