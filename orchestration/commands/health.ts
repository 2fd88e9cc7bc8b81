import { Option } from "commander";
import { createColors } from "picocolors";
import { FLEET_ENV, STACK_ENV } from "../../infra/contract";
import { systemClock, awsPlaceOf } from "../wiring/machine";
import { render } from "../adapters/reporters/lines";
import { answer } from "../adapters/reporters/schema/answers";
import { RepaveError } from "../domain/errors";
import { alive } from "../domain/fleet";
import type { RunEvent } from "../domain/events";
import type { Printable } from "../domain/text/printable";
import { isDrained, type NodeObserved } from "../domain/standing/fleet";
import type { FleetStanding } from "../domain/standing/state";
import type { Clock } from "../ports/clock";
import type { Reporter } from "../ports/reporter";
import { named } from "../operations/choice";
import { type Ports } from "../run/context";
import { DEFAULT_POLICY } from "../run/policy";
import { byItsBuild, inARow, lookAtNodes, type Streak } from "../fleet/health";
import { readStanding } from "../run/standing";
import { waitFor } from "../run/wait";
import type { FleetFacts } from "../wiring/target";
import { readStack } from "../wiring/stacks";
import { EXIT_CODES } from "./parts/exitCodes";
import { reporterFor, type Io } from "./io";
import { smokeRun } from "./parts/smokeRun";
import { composition, onTarget } from "./parts/onTarget";
import type { NodeOptions } from "./parts/operation";
import { onNodes } from "./options";
import { examples, type Verb } from "./parts/verb";
import { looking, type Look, type WatchOptions } from "./parts/watching";

export interface HealthOptions extends NodeOptions, WatchOptions {
  /** With `--wait`, until every node of the group is healthy several times in a row; otherwise once. */
  readonly wait?: boolean;
  /** A smoke run as well. */
  readonly smoke?: boolean;
}

type Looked = Pick<Ports, "fleet" | "tfe">;

/** The state of the fleet as the journals know it; undefined: there are none, since the stack is being built. */
type Standing = (nodes: readonly NodeObserved[]) => Promise<FleetStanding | undefined>;

/** What is asked of which nodes. */
interface Question {
  readonly ports: Looked;
  readonly expected: number;
  readonly standing: Standing;
  readonly ids: readonly string[] | undefined;
}

/**
 * `health`: every condition of the gate on every node. 0: all healthy; 1: not. With the fleet's facts in the environment
 * (`TFE_REPAVE_FLEET`, the stack's post-build gate) it needs neither engine nor outputs, which do not exist yet then.
 */
export async function healthCommand(options: HealthOptions, io: Io): Promise<number> {
  const facts = process.env[FLEET_ENV];
  if (facts !== undefined) return withFacts(JSON.parse(facts) as FleetFacts & { nodeCount: number }, options, io);
  return onTarget(options, io, async (target) => {
    const { ports, stackName } = target;
    const { clock, reporter, stack } = ports;
    const expected = (await stack.outputs())?.nodeCount ?? 0;
    const standing: Standing = (nodes) => readStanding(ports, { stack: stackName, now: clock.now(), nodes });
    const judged = await judge({ ports, expected, standing, ids: options.node }, clock, reporter, options, io);
    return options.smoke === true ? Math.max(judged, await smokeRun(target, io)) : judged;
  });
}

async function withFacts(facts: FleetFacts & { nodeCount: number }, options: HealthOptions, io: Io): Promise<number> {
  const clock = systemClock();
  const stackName = process.env[STACK_ENV] ?? "";
  const { raw, config } = readStack(stackName);
  // The nodes of a former group are no part of what was just built.
  const own = { ...config, formerGroup: undefined };
  const { clients, ...ports } = composition().nodeSide(facts, own, clock, awsPlaceOf(raw), stackName);
  try {
    const question = {
      ports,
      expected: facts.nodeCount,
      standing: () => Promise.resolve(undefined),
      ids: options.node,
    };
    return await judge(question, clock, reporterFor(options, io)(clock), options, io);
  } finally {
    clients.destroy();
  }
}

async function judge(
  question: Question,
  clock: Clock,
  reporter: Reporter,
  options: HealthOptions,
  io: Io,
): Promise<number> {
  const { greens, everyMs, timeoutMs } = DEFAULT_POLICY.gate;
  if (options.watch === true) return looking(options, io, () => lookToShow(question, io));
  const tell = ({ events, healthy }: Seen): boolean => {
    for (const event of events) reporter.emit(event);
    return healthy;
  };
  if (options.wait !== true) return tell(await lookOnce(question, inARow(1))) ? EXIT_CODES.done : EXIT_CODES.failed;
  const streak = inARow(greens);
  const late = (): RepaveError => new RepaveError("GATE_TIMEOUT", "not every node became healthy");
  await waitFor(clock, { pollMs: everyMs, timeoutMs, signal: io.signal, late }, async () => {
    const seen = await lookOnce(question, streak);
    const passed = streak.add(tell(seen));
    if (seen.failure !== undefined) throw new RepaveError("STARTUP_FAILED", seen.failure);
    return passed ? true : undefined;
  });
  return EXIT_CODES.done;
}

interface Seen {
  readonly events: readonly RunEvent[];
  readonly standing: FleetStanding | undefined;
  readonly healthy: boolean;
  /** Why a node will not start by itself, however long one waits. Undefined: no node says so. */
  readonly failure?: string;
}

/** As it is shown again and again: one block, or one object. */
async function lookToShow(question: Question, io: Io): Promise<Look> {
  const { events, standing, healthy } = await lookOnce(question, inARow(1));
  const lines = (color: boolean): readonly Printable[] =>
    events.flatMap((event) => render(event, createColors(color)).lines);
  const nodes = events.filter((event) => event.event === "node.health");
  return {
    lines: lines(false),
    painted: lines(io.screen !== undefined && !process.env["NO_COLOR"]),
    json: answer("health", { healthy, standing: standing ?? null, nodes }),
    code: healthy ? EXIT_CODES.done : EXIT_CODES.failed,
  };
}

/** Observes the nodes once. Each must run the release it was built for, and one of them must take work. */
export async function lookOnce({ ports, expected, standing: known, ids }: Question, streak: Streak): Promise<Seen> {
  const fleet = await ports.fleet.describe();
  const there = alive(fleet);
  const chosen = ids === undefined ? there : ids.map((id) => named(there, id, (instance) => instance.id));
  const nodes = await lookAtNodes(ports, fleet, chosen, byItsBuild);
  const standing = await known(nodes.map(({ instance, healthy }) => ({ instanceId: instance.id, healthy })));
  const looks = nodes.map(({ instance, healthy, observations }) => ({
    event: "node.health" as const,
    instanceId: instance.id,
    greens: healthy ? streak.count() + 1 : 0,
    needed: streak.needed,
    healthy,
    drained: standing !== undefined && isDrained(standing, instance.id),
    observations,
  }));
  const ours = nodes.filter(({ instance }) => instance.former !== true).length;
  const complete = ids !== undefined || ours === expected;
  const short: RunEvent = { event: "warning", text: `${ours} nodes instead of ${expected}` };
  const left: readonly RunEvent[] =
    standing && standing.kind !== "in service" ? [{ event: "fleet.standing", standing }] : [];
  const [failure] = nodes.flatMap(({ instance, answers }) =>
    answers.failure === undefined ? [] : [`${instance.id}: ${answers.failure}`],
  );
  return {
    ...(failure === undefined ? {} : { failure }),
    events: [...looks, ...(complete ? [] : [short]), ...left],
    standing,
    healthy: complete && looks.every(({ healthy }) => healthy) && standing?.takesWork !== false,
  };
}

export const healthVerb: Verb = {
  name: "health",
  acts: false,
  register({ io, verb, exit }) {
    onNodes(verb("Check every node against every condition of the gate."))
      .option("--wait", "wait until every node has passed several checks in a row")
      .option("--smoke", "also make a run of Terraform in the stack's smokeWorkspace (docs/smoke.md)")
      .addOption(new Option("--watch", "check again every few seconds until Ctrl-C").conflicts(["wait", "smoke"]))
      .addHelpText(
        "after",
        examples(
          "npm run health -- --stack production",
          "npm run health -- --stack production --wait",
          "npm run health -- --stack production --smoke",
          "npm run health -- --stack production --watch",
        ),
      )
      .action(async (options: HealthOptions) => exit(await healthCommand(options, io)));
  },
};
