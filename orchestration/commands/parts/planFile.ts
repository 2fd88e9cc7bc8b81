import { resolve } from "node:path";
import { quote } from "shell-quote";
import { RepaveError } from "../../domain/errors";
import { shortName } from "../../domain/release";
import type { Planned, SavedPlan } from "../../domain/start/savedPlan";
import { readPlan } from "../../wiring/machine";
import { plainStackName } from "../../wiring/stacks";

/** Options that say what a plan in a file already says. */
interface AgainstFile {
  readonly stack?: string;
  readonly release?: string;
  readonly image?: string;
  readonly latest?: boolean;
  readonly resume?: boolean;
  readonly rebuildNode?: boolean;
  readonly scheduled?: boolean;
  readonly smoke?: boolean;
}

/** What a file decides, or what no file can be: it is run once, by whoever has read it. */
const DECIDED = ["release", "image", "latest", "resume", "rebuildNode", "scheduled", "smoke"] as const;

const flag = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Reads the plan of a file that is to be run, and which stack it is of. Throws `USAGE`, `PLAN_FILE_INVALID`. */
export async function toPlanned(
  file: string,
  options: AgainstFile,
): Promise<{ readonly stack: string; readonly planned: Planned }> {
  const given = DECIDED.filter((name) => options[name] !== undefined && options[name] !== false).map(flag);
  if (given.length > 0)
    throw new RepaveError("USAGE", `${given.join(", ")} cannot be combined with ${file}, which holds the whole plan`);
  const saved = await readPlan(resolve(file));
  const { stack } = saved.plan;
  const asked = options.stack ?? stack;
  if (
    plainStackName(asked) !== plainStackName(stack) ||
    (asked.includes("/") && stack.includes("/") && asked !== stack)
  )
    throw new RepaveError("USAGE", `${file} is a plan of stack ${stack}, and not of ${asked}`);
  return { stack: asked, planned: { saved, again: planAgain(saved, file) } };
}

/** The command that makes the plan of a file anew. */
function planAgain({ asked, plan }: SavedPlan, file: string): string {
  const { release, image, latest, maxAgeMs, smoke } = asked;
  const words = [
    ...(release === undefined ? [] : ["--release", shortName(release)]),
    ...(latest === true ? ["--latest"] : []),
    ...(image === undefined ? [] : ["--image", image]),
    ...(maxAgeMs === undefined ? [] : ["--max-age", `${Math.round(maxAgeMs / 3_600_000)}h`]),
    ...(smoke === true ? ["--smoke"] : []),
    ...["--stack", plan.stack, "--out", file],
  ];
  return `npm run plan -- ${quote(words)}`;
}

/** The command that runs the plan of a file. */
export const runPlan = (file: string, stack: string): string => `npm run upgrade -- ${quote([file, "--stack", stack])}`;
