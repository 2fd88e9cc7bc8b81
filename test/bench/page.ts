/** `docs/bench.md`. Pure: it says what the rows say. */
import { DIALECTS } from "./dialects";
import { DIALECT_TITLES } from "./chart";
import { LOOK_SECONDS } from "./person";
import type { Dialect, Row } from "./rows";
import { tableOf } from "./table";
import type { Way } from "./ways/way";

export interface PageFacts {
  readonly rows: readonly Row[];
  readonly ways: readonly Way[];
  /** Lab seconds a real second. */
  readonly speed: number;
  /** How many were measured. */
  readonly seeds: number;
}

export const CHART = "pictures/bench.svg";

export function pageOf({ rows, ways, speed, seeds }: PageFacts): string {
  const dialects = [...new Set(rows.map(({ dialect }) => dialect))];
  return [
    "# The bench: one upgrade, every way",
    `\`npm run bench\` upgrades the same fleet in every way that is documented, and writes this page. The fleet is two nodes in the lab at its default timings. Every way starts from a copy of the same fleet, with the same runs under way, and the lab's witness measures all of them.`,
    `![Outage and seconds with two releases at once, by way](${CHART})`,
    ...dialects.flatMap((dialect) => section(dialect, rows)),
    "## The ways",
    waysTable(ways),
    "## How it is measured",
    [
      measured(seeds),
      `The lab's clock ran ${speed} times faster than real time: each real second of a command counts as ${speed} s. This holds for every way, for \`pulumi up\` and for tfe-repave.`,
      `A person looks once every ${LOOK_SECONDS} s at what they wait for, and acts at once on what they see. They know the stack, make no mistake, drain the nodes in parallel and wait until no run is left, also where the documentation does not ask for it.`,
      "`pulumi up` is the real Pulumi CLI with the stack's own program, without a preview and without the check of its types. Commands on nodes go through Systems Manager, and AWS calls through the AWS SDK.",
      "The group of `vendor-module` follows `$Latest`, as the module's does. All else is the stack's in every way: a deregistration delay of 10 s, where AWS's default is 300 s, and a grace period of 30 minutes. A backup of the database is left out of all ways. The module's page is for containers; on Replicated, each node is drained as the vendor's page says.",
      `The instance refresh has AWS's defaults, apart from its warmup.`,
    ],
    "## What the columns are",
    [
      "outage: seconds without an answer at the load balancer.",
      "outage over build: the same, divided by the seconds in which the first new node booted, installed, migrated and started.",
      "two releases at once: seconds in which applications of two releases ran on the same database. The vendor forbids it, and the first new node migrates the database meanwhile.",
      "jobs lost: runs that were on a node when it was terminated.",
      "killed while booting: nodes that were terminated before they had started.",
      "at one node: seconds in which exactly one node answered.",
      "whole: from the first command until it is known that both new nodes are healthy.",
      "instance minutes: of all instances in that time, from launch to the order to terminate.",
    ],
    "Where seeds differ, a cell has the median and, in brackets, the lowest and the highest value.",
    "## What it does not show",
    [
      "Nothing goes wrong here, and nobody makes a mistake. tfe-repave is also measured where much goes wrong ([safety](safety.md)); the other ways are not.",
      "The two releases of `vendor-module` do not meet because a node boots for longer than another takes to terminate. Nothing checks that. It starts both new nodes at once: a release that does not start is then found on both.",
      "A release from 2.0.0 on does not start while a node of another release is alive: an instance refresh to it fails.",
      "The lab is a simulation: see [the lab](../lab/README.md) and [limits](limits.md).",
    ],
  ]
    .map((part) => (typeof part === "string" ? part : part.map((item) => `- ${item}`).join("\n")))
    .join("\n\n")
    .concat("\n");
}

function section(dialect: Dialect, rows: readonly Row[]): readonly string[] {
  const { course, release } = DIALECTS[dialect];
  return [
    `## ${DIALECT_TITLES[dialect]}: ${course.from} to ${release}`,
    tableOf(rows.filter((row) => row.dialect === dialect)),
  ];
}

const measured = (seeds: number): string =>
  seeds === 1
    ? "Recorded with one seed. `npm run bench` itself takes three and shows medians with their spread."
    : `Medians of ${seeds} seeds. A seed decides how long runs of the application take, and so how long a drain lasts.`;

function waysTable(ways: readonly Way[]): string {
  const lines = [
    ["way", "steps", "documented in"],
    ["---", "---", "---"],
    ...ways.map(({ name, steps, source: [title, address] }) => [`\`${name}\``, steps, `[${title}](${address})`]),
  ];
  return lines.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}
