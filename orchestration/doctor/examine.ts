import { asRepaveError, ERRORS } from "../domain/errors";
import { type Finding, type Found, failed, NotSeen, unchecked } from "./finding";
import { fixFor } from "./fixes";
import type { Row } from "./row";
import { type Seeing, seeing, type World } from "./world";

/** How long a row may take, in real milliseconds. */
export const ROW_MS = 10_000;

/** How long a row waits for what another row reports. */
export const SHARED_MS = 8_000;

/** A finding with the row that made it. */
export type Line = Found & { readonly id: string; readonly title: string };

export interface Examining {
  /** Aborts when the operator stops the command. */
  readonly signal: AbortSignal;
  /** Resolves after these real milliseconds, or when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Takes secrets out of a text that comes from outside. */
  clean(text: string): string;
}

/**
 * Looks at every row at the same time, and gives for each, in their order, a promise of its lines. No row waits longer than `ROW_MS`,
 * and none keeps another from being looked at. The promises never reject.
 */
export function examine(rows: readonly Row[], world: World, how: Examining): readonly Promise<readonly Line[]>[] {
  const late = new AbortController();
  const timer = new AbortController();
  const waiting = AbortSignal.any([how.signal, timer.signal]);
  const [soon, patience] = [how.sleep(SHARED_MS, waiting), how.sleep(ROW_MS, waiting)];
  const seen = seeing(world, { signal: AbortSignal.any([how.signal, late.signal]), soon });
  const looked = rows.map((row) => lookAt(row, seen, patience, how));
  // What is still under way when everybody has answered, or nobody waits any more, is ended.
  void Promise.all(looked).then(() => {
    timer.abort();
    late.abort();
  });
  return looked;
}

async function lookAt(row: Row, world: Seeing, patience: Promise<void>, how: Examining): Promise<readonly Line[]> {
  const tooLong = patience.then(() => failed(`no answer within ${ROW_MS / 1000} s`, row.fix));
  const findings = await Promise.race([looking(row, world), tooLong]);
  return [findings].flat().map((each) => ({ id: row.id, title: row.title, ...cleaned(each, how) }));
}

function cleaned(found: Found, how: Examining): Found {
  const seen = how.clean(found.seen);
  return found.state === "failed" ? { ...found, seen, fix: how.clean(found.fix) } : { ...found, seen };
}

async function looking(row: Row, world: Seeing): Promise<Finding | readonly Found[]> {
  try {
    return await row.look(world);
  } catch (thrown) {
    if (thrown instanceof NotSeen) return unchecked(thrown.message);
    const { code, detail } = asRepaveError(thrown);
    return failed(`${ERRORS[code].title}: ${detail}`, (await fixFor(thrown, world)) ?? row.fix);
  }
}
