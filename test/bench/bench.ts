import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { RegionState } from "../../lab/region/model";
import { type Grounds, openGrounds } from "../torture/lab";
import { endAll } from "../torture/play";
import { DIALECTS, type DialectFacts } from "./dialects";
import { figuresOf } from "./figures";
import { personAt } from "./person";
import type { Dialect, Result } from "./rows";
import type { Way } from "./ways/way";

export interface BenchOptions {
  readonly ways: readonly Way[];
  readonly dialects: readonly Dialect[];
  readonly seeds: readonly number[];
  /** Estates are kept in it, one for each dialect and seed. */
  readonly folder: string;
  /** Lab seconds a real second. */
  readonly speed: number;
  /** Lab seconds in which a node is built. */
  readonly nodeBuild: number;
  /** Real seconds that one way may take. */
  readonly limitSeconds: number;
  readonly signal: AbortSignal;
  /** What is known already; it is not measured again. */
  readonly known: readonly Result[];
  readonly tell: (result: Result) => Promise<void>;
}

/** Speed at which the fleets are built, which nobody measures. */
const BUILDING_SPEED = 60;
/** Node builds that a new fleet works, so that every way finds it with runs under way. */
const SETTLE_BUILDS = 5 / 6;

/** Measures every way in every dialect with every seed, one after the other. Throws where a way does not end well. */
export async function bench(options: BenchOptions): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const dialect of options.dialects)
    for (const seed of options.seeds) results.push(...(await onOneFleet(dialect, seed, options)));
  return results;
}

async function onOneFleet(dialect: Dialect, seed: number, options: BenchOptions): Promise<readonly Result[]> {
  const isThis = (way: Way) => (known: Result) =>
    known.way === way.name && known.dialect === dialect && known.seed === seed;
  const results: Result[] = [];
  let grounds: Grounds | undefined;
  try {
    for (const way of options.ways) {
      options.signal.throwIfAborted();
      const known = options.known.find(isThis(way));
      const place = join(options.folder, `${dialect}-${seed}`);
      const fleet = { seed, nodeBuild: options.nodeBuild, settle: options.nodeBuild * SETTLE_BUILDS };
      if (!known) grounds ??= await openGrounds(place, BUILDING_SPEED, DIALECTS[dialect].course, fleet);
      const result =
        known ?? (grounds && { way: way.name, dialect, seed, figures: await play(way, dialect, grounds, options) });
      if (!result) continue;
      results.push(result);
      if (!known) await options.tell(result);
    }
  } finally {
    await grounds?.close();
  }
  return results;
}

async function play(way: Way, dialect: Dialect, grounds: Grounds, { speed, limitSeconds, signal }: BenchOptions) {
  const estate = await grounds.reset(speed);
  const person = personAt(estate);
  const scene = { estate, person, facts: DIALECTS[dialect] };
  try {
    await way.prepare?.(scene);
    const { state } = estate;
    const beginning = { now: state.now, verdict: structuredClone(state.verdict) };
    await within(limitSeconds, signal, way.play(scene), `${way.name} on ${dialect}`);
    const wrong = shortfall(state, scene.facts);
    if (wrong !== undefined) throw new Error(`${way.name} on ${dialect}: ${wrong}`);
    return figuresOf(beginning, state);
  } finally {
    await endAll(estate);
    person.close();
  }
}

/** What is not as a way must leave it: two nodes that serve, on the release asked for. */
function shortfall({ instances }: RegionState, { releasePlace }: DialectFacts): string | undefined {
  const alive = instances.filter(({ state }) => state !== "terminated" && state !== "shutting-down");
  const serving = alive.filter(({ node }) => node.phase === "started" && node.release === releasePlace);
  return alive.length === 2 && serving.length === 2
    ? undefined
    : `it left ${alive.map(({ id, node }) => `${id} ${node.phase} ${node.release}`).join(", ")}`;
}

async function within(seconds: number, signal: AbortSignal, work: Promise<void>, what: string): Promise<void> {
  const done = new AbortController();
  const late = async (): Promise<never> => {
    await delay(seconds * 1000, undefined, { signal: AbortSignal.any([signal, done.signal]) }).catch(() => undefined);
    throw new Error(signal.aborted ? "stopped by a signal" : `${what} took longer than ${seconds} s`);
  };
  try {
    await Promise.race([work, late()]);
  } finally {
    done.abort();
    work.catch(() => undefined);
  }
}
