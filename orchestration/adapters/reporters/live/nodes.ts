import type { RunEvent } from "../../../domain/events";
import type { Observation } from "../../../domain/observation";
import { bootPhase } from "../../../domain/health";
import { stepLabel } from "../../../domain/text/labels";
import { target, type Plan } from "../../../domain/plan";
import type { Release } from "../../../domain/release";

/** What is made of each kind of event; the kinds that are not named say nothing. `now`: ms since the epoch, on the run's clock. */
export type Handlers<S> = {
  readonly [K in RunEvent["event"]]?: (state: S, event: Extract<RunEvent, { readonly event: K }>, now: number) => S;
};

/** The state after the event. */
export function handle<S>(handlers: Handlers<S>, state: S, event: RunEvent, now: number): S {
  const handler = handlers[event.event] as ((state: S, event: RunEvent, now: number) => S) | undefined;
  return handler ? handler(state, event, now) : state;
}

/** One condition of the gate as last observed, with how many times in a row it held. */
export interface ConditionView extends Observation {
  readonly greens: number;
  /** It held before at this gate: that it does not any more is no part of a boot. */
  readonly heldBefore: boolean;
}

export interface NodeView {
  readonly instanceId: string;
  readonly release: Release | null;
  readonly phase: string;
  readonly mood: "good" | "busy" | "gone";
  readonly gate?: { readonly greens: number; readonly needed: number; readonly conditions: readonly ConditionView[] };
}

type Nodes = readonly NodeView[];

/** What an event says about the nodes. */
export function nodesAfter(nodes: Nodes, event: RunEvent, plan: Plan | undefined): Nodes {
  return handle(handlers(plan), nodes, event, 0);
}

const handlers = (plan: Plan | undefined): Handlers<Nodes> => ({
  "run.outlook": (_, event) =>
    event.nodes.map(({ instanceId, release, healthy }) => ({
      instanceId,
      release,
      phase: healthy ? "healthy" : "not healthy",
      mood: healthy ? "good" : "busy",
    })),
  "drain.started": (nodes, { instanceId }) => put(nodes, instanceId, { phase: "drain: requested", mood: "busy" }),
  progress: (nodes, { instanceId, step, text, drain }) =>
    instanceId === undefined
      ? nodes
      : put(nodes, instanceId, {
          phase: `${stepLabel(step)}: ${drain?.commandEnded === false ? `jobs left: ${drain.left}` : text}`,
        }),
  "node.restarting": (nodes, { instanceId }) => put(nodes, instanceId, { phase: "restarting", mood: "busy" }),
  "drain.proven": (nodes, { instanceId }) => put(nodes, instanceId, { phase: "drained", mood: "good" }),
  "zero.asked": (nodes, { instances }) =>
    nodes.map((node) =>
      instances.includes(node.instanceId) ? { ...node, phase: "terminating", mood: "gone" as const } : node,
    ),
  "zero.reached": (nodes) => nodes.filter(({ mood }) => mood !== "gone"),
  "node.rebuilt": (nodes, event) => nodes.filter(({ instanceId }) => instanceId !== event.instanceId),
  "one.launched": (nodes, { instanceId, hop }) =>
    put(nodes, instanceId, { release: hopRelease(plan, hop), phase: "launched" }),
  "node.launched": (nodes, { node, hop }) =>
    put(nodes, node.instanceId, { release: node.release ?? hopRelease(plan, hop), phase: "launched" }),
  "gate.observed": (nodes, { instanceId, release = null, greens, needed, observations }) => {
    const known = nodes.find((node) => node.instanceId === instanceId);
    return put(nodes, instanceId, {
      release: known?.release ?? release,
      phase: bootPhase(observations),
      mood: "busy",
      gate: { greens, needed, conditions: counted(observations, known) },
    });
  },
  "gate.passed": (nodes, { instanceId }) =>
    put(nodes, instanceId, { phase: "healthy, passed the gate", mood: "good" }).map((node) =>
      node.instanceId === instanceId ? withoutGate(node) : node,
    ),
});

function put(nodes: Nodes, instanceId: string, change: Partial<NodeView>): Nodes {
  const known = nodes.find((node) => node.instanceId === instanceId);
  const node: NodeView = { instanceId, release: null, phase: "", mood: "busy", ...known, ...change };
  return known ? nodes.map((each) => (each === known ? node : each)) : [...nodes, node];
}

function withoutGate(node: NodeView): NodeView {
  const { instanceId, release, phase, mood } = node;
  return { instanceId, release, phase, mood };
}

const hopRelease = (plan: Plan | undefined, hop: number): Release | null =>
  plan ? (plan.hops[hop] ?? target(plan)).release : null;

function counted(observations: readonly Observation[], before: NodeView | undefined): readonly ConditionView[] {
  return observations.map((observation) => {
    const known = before?.gate?.conditions.find((each) => identity(each) === identity(observation));
    return {
      ...observation,
      greens: observation.held ? (known?.greens ?? 0) + 1 : 0,
      heldBefore: observation.held || known?.heldBefore === true,
    };
  });
}

/** Journals of earlier versions have conditions without an id. */
const identity = ({ id, condition }: Observation): string => id ?? condition;
