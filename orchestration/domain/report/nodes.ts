import type { NodeFacts } from "../events";
import type { JournalEntry } from "../journal";
import type { Span } from "../outage";
import type { Release } from "../release";
import { of } from "./attempts";

export type NodePhase = "in service" | "draining" | "drained" | "terminating" | "building" | "proving";

export interface PhaseSpan extends Span {
  readonly phase: NodePhase;
}

export interface NodeLife {
  readonly instanceId: string;
  readonly release: Release | null;
  readonly image: string | null;
  readonly templateVersion: number | null;
  /** It was there before the run began. */
  readonly wasThere: boolean;
  /** When it was last seen alive; undefined: it lives on. */
  readonly goneAt: number | undefined;
  readonly phases: readonly PhaseSpan[];
}

type Facts = Pick<NodeLife, "instanceId" | "release" | "image" | "templateVersion" | "wasThere"> & {
  readonly launchedAt: number | undefined;
};

const known = (node: NodeFacts, wasThere: boolean): Facts => ({ ...node, wasThere });

/** Every node that the journal names, oldest first; an older journal knows only the first of each hop, and those that were drained. */
function named(entries: readonly JournalEntry[]): readonly Facts[] {
  const all = new Map<string, Facts>();
  const add = (facts: Facts): void => {
    if (!all.has(facts.instanceId)) all.set(facts.instanceId, facts);
  };
  const bare = (instanceId: string, launchedAt?: number): Facts => ({
    instanceId,
    release: null,
    image: null,
    templateVersion: null,
    launchedAt,
    wasThere: launchedAt === undefined,
  });
  for (const { nodes } of of(entries, "fleet.found").slice(0, 1)) nodes.forEach((node) => add(known(node, true)));
  for (const entry of entries) {
    if (entry.event === "fleet.found") entry.nodes.forEach((node) => add(known(node, false)));
    if (entry.event === "node.launched") add(known(entry.node, false));
    if (entry.event === "one.launched") add(bare(entry.instanceId, entry.launchedAt));
    if (entry.event === "drain.started") add(bare(entry.instanceId));
    if (entry.event === "gate.passed") add(bare(entry.instanceId, entry.firstGreenAt));
  }
  return [...all.values()];
}

/** When the node was last seen alive. */
function end(entries: readonly JournalEntry[], instanceId: string): number | undefined {
  const rebuilt = of(entries, "node.rebuilt").find((entry) => entry.instanceId === instanceId);
  if (rebuilt) return rebuilt.at;
  const asked = of(entries, "zero.asked").find(({ instances }) => instances.includes(instanceId));
  return (
    asked && of(entries, "zero.reached").find(({ hop, seq }) => hop === asked.hop && seq > asked.seq)?.lastSeenAlive
  );
}

const PHASE_AFTER: { readonly [K in JournalEntry["event"]]?: NodePhase } = {
  "node.started": "proving",
  "gate.passed": "in service",
  "drain.started": "draining",
  "drain.proven": "drained",
};

/** What each node did when, between `from` and `asOf`. */
export function nodeLives(entries: readonly JournalEntry[], from: number, asOf: number): readonly NodeLife[] {
  return named(entries).map(({ launchedAt, ...facts }) => {
    const { instanceId } = facts;
    const turn = (entry: JournalEntry): readonly { readonly at: number; readonly phase: NodePhase }[] => {
      const phase = PHASE_AFTER[entry.event];
      return phase && "instanceId" in entry && entry.instanceId === instanceId ? [{ at: entry.at, phase }] : [];
    };
    const goneAt = end(entries, instanceId);
    const turns: { readonly at: number; readonly phase: NodePhase }[] = [
      ...(facts.wasThere ? [{ at: from, phase: "in service" as const }] : []),
      ...(!facts.wasThere && launchedAt !== undefined ? [{ at: launchedAt, phase: "building" as const }] : []),
      ...entries.flatMap(turn),
      ...of(entries, "zero.asked")
        .filter(({ instances }) => instances.includes(instanceId))
        .map(({ at }) => ({ at, phase: "terminating" as const })),
    ];
    turns.sort((a, b) => a.at - b.at);
    const last = goneAt ?? asOf;
    const phases = turns.map(({ at, phase }, index) => ({
      phase,
      from: at,
      to: Math.min(turns[index + 1]?.at ?? last, last),
    }));
    return { ...facts, goneAt, phases: phases.filter((span) => span.to > span.from) };
  });
}
