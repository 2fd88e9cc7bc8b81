/** Stopping the application of a node for good, and taking that back: the same for every dialect. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lines } from "../domain/text/text";
import type { NodeAddress } from "../ports/nodeShell";
import { type Asker, whenOk } from "./asking";
import { type Container, inWords, isAgent } from "./work";

export const RETIRE_SCRIPT = readFileSync(join(__dirname, "retire.sh"), "utf8");

/** What makes up the application on a node of a dialect. */
export interface Retirable {
  readonly runtime: string;
  /** What stops it before its units are stopped; "": the units do. */
  readonly stoppedBy: string;
  /** Those that bring it back after a reboot. One that a node does not have is no harm. */
  readonly units: readonly string[];
}

export interface Retiring {
  /** Stops the application for good, and answers what of it is left, in words; none: it is proven stopped. */
  retire(node: NodeAddress): Promise<readonly string[]>;
  /** Takes that back. Does nothing where it was not done. */
  recall(node: NodeAddress): Promise<void>;
}

/** A stop takes as long as the application does; the script itself gives up after less. */
const TIMEOUT_MS = 120_000;

const script = (...words: readonly string[]): readonly string[] => ["sh", "-c", RETIRE_SCRIPT, "retire", ...words];

export const retiring = ({ read, act }: Asker, { runtime, stoppedBy, units }: Retirable): Retiring => ({
  retire: (node) => read(node, script("retire", runtime, stoppedBy, ...units), whenOk(parseLeft), TIMEOUT_MS),
  async recall(node) {
    await act(node, script("recall", ...units), { timeoutMs: TIMEOUT_MS });
  },
});

/** States of a unit that no reboot starts. */
const DISABLED = ["disabled", "masked"];
const INACTIVE = ["inactive", "failed"];

/** What is left of an application, in words. Undefined: the answer is not whole, or holds what nobody understands. */
export function parseLeft(raw: string): readonly string[] | undefined {
  const said = lines(raw).map((line) => line.trim());
  const end = said.indexOf("end");
  if (end < 0) return undefined;
  const left: string[] = [];
  const containers: Container[] = [];
  let processes: number | undefined;
  let units = 0;
  for (const line of said.slice(0, end)) {
    const [what, first = "", ...rest] = line.split(" ");
    if (what === "unit" && rest.length === 2) {
      const [enabled = "", active = ""] = rest;
      units += 1;
      if (!DISABLED.includes(enabled) || !INACTIVE.includes(active)) left.push(`${first} is ${enabled} and ${active}`);
    } else if (what === "container") {
      containers.push({ image: first, name: rest.join(" ") });
    } else if (what === "processes" && /^\d+$/.test(first)) processes = Number(first);
  }
  if (processes === undefined || units === 0) return undefined;
  left.push(...containers.filter(({ image }) => !isAgent(image)).map((each) => `${inWords(each)} runs`));
  if (processes > containers.length) left.push(`${processes} processes keep ${containers.length} containers`);
  return left;
}
