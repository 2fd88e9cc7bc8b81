import { Option } from "commander";
import { columns } from "../adapters/reporters/layout/columns";
import { answer, type Answer } from "../adapters/reporters/schema/answers";
import { printed } from "../adapters/reporters/schema/stream";
import { RepaveError } from "../domain/errors";
import {
  ACTIVE_ACTIVE_SINCE,
  compareReleases,
  hazardsOf,
  isAvailable,
  type Packaging,
  packagingName,
  parseRelease,
  type Release,
  releaseFacts,
  releaseLabel,
  RELEASES,
  upgradePath,
  type VersionRule,
} from "../domain/release";
import { dialectOf, PACKAGINGS } from "../wiring/packagings";
import { readStack } from "../wiring/stacks";
import type { Io } from "./io";
import { outdatedStacks } from "./parts/overview";
import { jsonOption, stackOption } from "./options";
import { examples, type Verb } from "./parts/verb";

interface ReleasesOptions {
  readonly stack?: string;
  readonly from?: string;
  readonly json?: boolean;
}

type Row = Answer<"release">;

/**
 * Runs `releases`: what the release table knows, oldest first; with `from` of the later ones alone, and the path to each; with a stack
 * of those that its nodes can run.
 */
export function releasesCommand({ stack, from, json = false }: ReleasesOptions, io: Io): number {
  const packagings = stack === undefined ? PACKAGINGS : [dialectOf(readStack(stack).config).packaging];
  const start = from === undefined ? undefined : parseRelease(from);
  if (from !== undefined && start === undefined) throw new RepaveError("RELEASE_UNKNOWN", from);
  const isListed = (release: Release): boolean =>
    start === undefined ? compareReleases(release, ACTIVE_ACTIVE_SINCE) >= 0 : compareReleases(release, start) > 0;
  const rows = packagings.flatMap((packaging) =>
    RELEASES.filter((release) => isAvailable(release, packaging) && isListed(release)).map((release) =>
      rowOf(release, packaging, start),
    ),
  );
  if (json) for (const row of rows) io.out(JSON.stringify(printed(answer("release", row))));
  else for (const line of asTables(rows, start, io.screen?.columns)) io.out(line);
  return 0;
}

function rowOf(release: Release, packaging: Packaging, from: Release | undefined): Row {
  const facts = releaseFacts(release);
  const path = upgradePath(from ?? release, release, packaging);
  return {
    release,
    name: release,
    packaging,
    required: facts?.required === true,
    postgres: range(facts?.postgres),
    redis: range(facts?.redis),
    refused: path.legal ? null : path.reason,
    path: path.legal && from !== undefined ? path.hops : null,
    hazards: hazardsOf(release, packaging).map(({ reason }) => reason),
    notes: facts?.notes ?? [],
  };
}

/** `12 to 16`, `13+`; null: the vendor's pages do not say. */
function range(rule: VersionRule | undefined): string | null {
  if (!rule) return null;
  return rule.max === undefined ? `${rule.min}+` : `${rule.min} to ${rule.max}`;
}

/** A release comes in more than one packaging, and needs something else in each. */
function asTables(rows: readonly Row[], from: Release | undefined, width = Infinity): readonly string[] {
  if (rows.length === 0) return ["no newer release is known"];
  return PACKAGINGS.flatMap((packaging) => {
    const its = rows.filter((row) => row.packaging === packaging);
    return its.length === 0 ? [] : ["", `${packagingName(packaging)}:`, ...asTable(its, from, width)];
  }).slice(1);
}

function asTable(rows: readonly Row[], from: Release | undefined, width: number): readonly string[] {
  const headings = ["release", ...(from ? ["repaves"] : []), "required", "PostgreSQL", "Redis", "to know"];
  const table = rows.map(({ path, required, postgres, redis, refused, hazards, notes, ...row }) => [
    releaseLabel(row.release),
    ...(from ? [path === null ? "-" : String(path.length)] : []),
    required ? "required" : "",
    postgres ?? "-",
    redis ?? "-",
    refused === null ? [...hazards, ...notes].join("; ") : `cannot be chosen: ${refused}`,
  ]);
  return columns([headings, ...table], width);
}

export const releasesVerb: Verb = {
  name: "releases",
  acts: false,
  register({ io, verb, exit }) {
    verb("List the releases: which are required, what they need, and what to know of them.")
      .option("--from <release>", "only later ones, with the number of repaves to each")
      .addOption(
        new Option("--outdated", "instead: the stacks that run an older release than there is").conflicts("from"),
      )
      .addOption(stackOption)
      .addOption(jsonOption)
      .addHelpText(
        "after",
        examples("npm run releases", "npm run releases -- --from 610", "npm run releases -- --stack production"),
      )
      .action(async ({ outdated = false, ...options }: ReleasesOptions & { readonly outdated?: boolean }) => {
        exit(outdated ? await outdatedStacks(options, io) : releasesCommand(options, io));
      });
  },
};
