import { columns } from "../../adapters/reporters/layout/columns";
import { answer, type Answer } from "../../adapters/reporters/schema/answers";
import { printed } from "../../adapters/reporters/schema/stream";
import { lazily } from "../../adapters/machine/lazy";
import { offeredReleases, compareReleases, type Release, releaseLabel } from "../../domain/release";
import { moodOf, standingTitle } from "../../domain/standing/words";
import { duration, plural } from "../../domain/text/words";
import type * as wiring from "../../wiring/allStacks/overviews";
import type { Io } from "../io";
import { serveAllStacks } from "../../wiring/machine";
import { EXIT_CODES } from "./exitCodes";
import { serving, type ServeOptions } from "./serveStatus";

/** Loaded when it is needed: with it come the packages of AWS. */
const overviewing = (): typeof wiring => lazily("../../wiring/allStacks/overviews", __filename) as typeof wiring;

/** `status --all`: a line per stack of the project. 0: every one could be read and is in service; 1: one is not. */
export async function statusOfAll({ json = false }: { readonly json?: boolean }, io: Io): Promise<number> {
  const { allStacks, overviews } = overviewing();
  const all = await overviews(allStacks());
  const answers = all.map(answerOf);
  if (json) for (const each of answers) io.out(JSON.stringify(printed(answer("stack", each))));
  else {
    for (const line of tableOf(answers, io.screen?.columns)) io.out(line);
    io.err("From the stack files and the records of the runs. `status --stack …` asks the nodes.");
  }
  return answers.every(({ standing, problem }) => problem === null && standing?.kind === "in service")
    ? EXIT_CODES.done
    : EXIT_CODES.failed;
}

type Row = Answer<"stack">;

function answerOf(each: wiring.Overviewed): Row {
  if ("error" in each) {
    const { code, detail } = each.error;
    return { ...NOTHING, stack: each.stack, problem: { code, detail } };
  }
  const { found, now, packaging } = each;
  const { repavedAt } = found;
  return {
    ...found,
    repavedAt: repavedAt === null ? null : new Date(repavedAt).toISOString(),
    ageSeconds: repavedAt === null ? null : Math.max(0, Math.round((now - repavedAt) / 1000)),
    newer: newerThan(found.release, packaging),
    problem: null,
  };
}

const NOTHING = {
  release: null,
  image: null,
  repavedAt: null,
  ageSeconds: null,
  standing: null,
  window: null,
  lastOutageSeconds: null,
  isFileBehind: null,
  newer: [],
} as const;

const newerThan = (release: Release | null, packaging: Parameters<typeof offeredReleases>[0]): readonly Release[] =>
  release === null ? [] : offeredReleases(packaging).filter((each) => compareReleases(each, release) > 0);

const HEADINGS = ["stack", "release", "image", "repaved", "outage", "next window", "state"] as const;

function tableOf(rows: readonly Row[], width: number | undefined): readonly string[] {
  if (rows.length === 0) return ["This project has no stack, and this machine no lab."];
  return columns([HEADINGS, ...rows.map(cellsOf)], width);
}

const cellsOf = (row: Row): readonly string[] =>
  row.problem !== null
    ? [row.stack, "-", "-", "-", "-", "-", `cannot be read: ${row.problem.detail}`]
    : [
        row.stack,
        row.release === null ? "no runs yet" : releaseLabel(row.release),
        row.image ?? "-",
        row.ageSeconds === null ? "-" : ageText(row.ageSeconds),
        row.lastOutageSeconds === null ? "-" : duration(row.lastOutageSeconds),
        row.window ?? "-",
        stateText(row),
      ];

const POLL_MS = 5_000;

/** `status --serve --all`: the same table as a page, until Ctrl-C. Read only. Throws `USAGE`. */
export function serveAll(options: Omit<ServeOptions, "stack">, io: Io): Promise<number> {
  const { allStacks, overviews } = overviewing();
  return serving(options, io, (where) =>
    serveAllStacks({
      ...where,
      headings: HEADINGS,
      pollMs: POLL_MS,
      now: () => Date.now(),
      read: async () =>
        (await overviews(allStacks())).map(answerOf).map((row) => ({
          cells: cellsOf(row),
          mood: row.problem !== null || row.standing === null ? "bad" : moodOf(row.standing),
        })),
    }),
  );
}

const stateText = ({ standing, isFileBehind, stack }: Row): string =>
  [
    ...(standing === null ? [] : [standingTitle(standing)]),
    ...(isFileBehind === true ? [`the stack file is behind: npm run sync -- --stack ${stack}`] : []),
  ].join("; ");

/** In minutes, from two hours on in hours, from two days on in days. */
function ageText(seconds: number): string {
  const hours = Math.floor(seconds / 3_600);
  if (hours < 2) return `${Math.floor(seconds / 60)}m ago`;
  return hours < 48 ? `${hours}h ago` : `${Math.floor(hours / 24)}d ago`;
}

/** `releases --outdated`: the stacks that run an older release than their packaging offers. 0: none; 1: some, or one cannot be read. */
export async function outdatedStacks({ json = false }: { readonly json?: boolean }, io: Io): Promise<number> {
  const { allStacks, overviews } = overviewing();
  const rows = (await overviews(allStacks())).map(answerOf);
  const shown = rows.filter(({ newer, problem, release }) => newer.length > 0 || problem !== null || release === null);
  if (json) for (const each of shown) io.out(JSON.stringify(printed(answer("stack", each))));
  else {
    const lines = shown.map(({ stack, release, newer, problem }) => [
      stack,
      release === null ? "-" : releaseLabel(release),
      problem === null && release !== null ? releaseLabel(newer.at(-1) ?? release) : "-",
      problem !== null
        ? `cannot be read: ${problem.detail}`
        : release === null
          ? "not known: no run yet"
          : `${plural(newer.length, "release")} behind`,
    ]);
    for (const line of lines.length === 0
      ? ["Every stack runs the newest release that is known."]
      : columns([["stack", "runs", "newest", ""], ...lines], io.screen?.columns))
      io.out(line);
  }
  return shown.length === 0 ? EXIT_CODES.done : EXIT_CODES.failed;
}
