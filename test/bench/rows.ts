/** Rows of the bench: medians over the seeds, with their spread. Pure. */
import { type Figures, FIGURES, round } from "./figures";

export type Dialect = "replicated" | "fdo";

/** One way, once. */
export interface Result {
  readonly way: string;
  readonly dialect: Dialect;
  readonly seed: number;
  readonly figures: Figures;
}

type Spread = { readonly [K in keyof Figures]: readonly [lowest: number, highest: number] };

/** Medians of one way in one dialect. */
export interface Row extends Figures {
  readonly way: string;
  readonly dialect: Dialect;
  readonly seeds: number;
  readonly spread: Spread;
}

/** In the order in which the first result of each came. */
export function rowsOf(results: readonly Result[]): readonly Row[] {
  const groups = new Map<string, Result[]>();
  for (const result of results) {
    const key = `${result.dialect} ${result.way}`;
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const all = group.map(({ figures }) => figures);
    const each = <T>(value: (of: readonly number[]) => T): { readonly [K in keyof Figures]: T } =>
      Object.fromEntries(FIGURES.map((name) => [name, value(all.map((figures) => figures[name]))])) as {
        readonly [K in keyof Figures]: T;
      };
    const spread = each((values) => [Math.min(...values), Math.max(...values)] as const);
    return [{ way: first.way, dialect: first.dialect, seeds: group.length, ...each(median), spread }];
  });
}

/** Of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const [low = 0, high = low] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return round((low + high) / 2, 2);
}

/** The last line of `--json`. */
export const finished = (rows: readonly Row[]) => ({ event: "bench.finished", rows }) as const;
