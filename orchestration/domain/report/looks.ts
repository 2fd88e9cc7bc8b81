import type { Observation } from "../observation";
import type { JournalEntry } from "../journal";
import { of } from "./attempts";

/** A node at the gate: from the first look to the one that let it pass, or to the last. */
export interface GateRecord {
  readonly instanceId: string;
  readonly needed: number;
  readonly from: number;
  readonly to: number;
  readonly passed: boolean;
  /** Each look at which another set of conditions held than before. */
  readonly looks: readonly { readonly at: number; readonly observations: readonly Observation[] }[];
}

/** The gate, node by node. An older journal has none of the looks. */
export function gateRecords(entries: readonly JournalEntry[], asOf: number): readonly GateRecord[] {
  const seen = of(entries, "gate.observed");
  const ids = [...new Set(seen.map(({ instanceId }) => instanceId))];
  return ids.map((instanceId) => {
    const looks = seen.filter((look) => look.instanceId === instanceId);
    const first = looks[0];
    const passed = of(entries, "gate.passed")
      .filter((entry) => entry.instanceId === instanceId)
      .at(-1);
    const stopped = entries.find(({ event, seq }) => event === "run.failed" && seq > (looks.at(-1)?.seq ?? 0));
    return {
      instanceId,
      needed: first?.needed ?? 0,
      from: first?.at ?? asOf,
      to: Math.max(passed?.at ?? stopped?.at ?? asOf, looks.at(-1)?.at ?? 0),
      passed: passed !== undefined,
      looks: looks.map(({ at, observations }) => ({ at, observations })),
    };
  });
}

export interface DrainRecord {
  readonly instanceId: string;
  /** Undefined: the drain was no hop's. */
  readonly hop: number | undefined;
  readonly from: number;
  readonly to: number;
  readonly proven: boolean;
  /** Jobs left, whenever they were fewer than before. */
  readonly points: readonly { readonly at: number; readonly left: number }[];
  /** Jobs that ended on the node while it was drained; undefined where the journal does not say. */
  readonly finished: number | undefined;
}

/** The drains, one for each time that a node was asked to finish its work. */
export function drainRecords(entries: readonly JournalEntry[], asOf: number): readonly DrainRecord[] {
  return of(entries, "drain.started").map(({ instanceId, hop, at: from, seq }) => {
    const rest = entries.filter((entry) => entry.seq > seq);
    const again = of(rest, "drain.started").find((entry) => entry.instanceId === instanceId)?.seq ?? Infinity;
    const during = rest.filter((entry) => entry.seq < again);
    const proven = of(during, "drain.proven").find((entry) => entry.instanceId === instanceId);
    const stopped = during.find(({ event }) => event === "run.failed" || event === "run.resumed");
    const points = of(during, "drain.observed")
      .filter((entry) => entry.instanceId === instanceId && entry.seq < (proven?.seq ?? Infinity))
      .map(({ at, left }) => ({ at, left }));
    const [first, last] = [points[0]?.left, points.at(-1)?.left];
    return {
      instanceId,
      hop,
      from,
      to: proven?.at ?? stopped?.at ?? asOf,
      proven: proven !== undefined,
      points,
      finished: first === undefined || last === undefined ? undefined : first - last,
    };
  });
}
