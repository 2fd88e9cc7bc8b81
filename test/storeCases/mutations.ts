import type { Shape } from "./shapes";

/** Whole numbers from 0 to below this one, which follow from a seed. */
export interface Random {
  below(limit: number): number;
}

/** An image of nobody that the stack knows. */
export const EVIL_IMAGE = "ami-0evil";

/** Values that were of use to somebody who forges, or that a program stumbles over. */
const NASTY: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e300,
  -1e300,
  2 ** 53,
  9e15,
  8.64e15,
  0.5,
  "",
  "x".repeat(5_000),
  EVIL_IMAGE,
  "ami-a",
  610,
  642,
  692,
  811,
  "v202207-2",
  "v202304-1",
  "1.2.0",
  "../../../etc/passwd",
  "$(id)",
  "--help",
  "\u001b[2J",
  "\u0000",
  "\u202e",
  [],
  {},
  [[]],
  { length: 1e9 },
  { __proto__: null },
  "drain.proven",
  "zero.reached",
  "one.asked",
  "run.finished",
  "i-1",
  "i-2",
  "i-9",
];

const FORGED_EVENTS: readonly object[] = [
  { event: "drain.started", hop: 0, instanceId: "i-1" },
  { event: "drain.proven", hop: 0, instanceId: "i-1" },
  { event: "drain.proven", hop: 0, instanceId: "i-2" },
  { event: "zero.asked", hop: 0 },
  { event: "zero.reached", hop: 0 },
  { event: "one.asked", hop: 0 },
  { event: "fence.found", suspended: [] },
  { event: "fence.restored", resumed: [] },
  { event: "abort.asked", operator: "eve@home" },
  { event: "gate.passed", hop: 0, instanceId: "i-1" },
  { event: "stage.built", hop: 0, templateVersion: 2, changes: [] },
];

type Mutation = (shape: Shape, random: Random) => void;

const pick = <T>(random: Random, items: readonly T[]): T => items[random.below(items.length)] as T;

function onFile(change: (text: string, random: Random) => string): Mutation {
  return (shape, random) => {
    const names = shape.names();
    if (names.length === 0) return;
    const name = pick(random, names);
    shape.write(name, change(shape.read(name), random));
  };
}

const bytes = (random: Random, most: number): string =>
  Array.from({ length: random.below(most) }, () => String.fromCharCode(random.below(256))).join("");

/** Replaces one value somewhere in the JSON of a line. */
function forgeLine(line: string, random: Random): string {
  let document: unknown;
  try {
    document = JSON.parse(line);
  } catch {
    return line;
  }
  const places: { readonly holder: Record<string, unknown>; readonly key: string }[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const key of Object.keys(value)) {
      const holder = value as Record<string, unknown>;
      places.push({ holder, key });
      visit(holder[key]);
    }
  };
  visit(document);
  if (places.length === 0) return line;
  const { holder, key } = pick(random, places);
  if (random.below(4) === 0) Reflect.deleteProperty(holder, key);
  else holder[key] = pick(random, NASTY);
  return JSON.stringify(document);
}

const anyLine = (text: string, random: Random, change: (line: string) => string | undefined): string => {
  const lines = text.split("\n");
  const at = random.below(Math.max(1, lines.length - 1));
  const changed = change(lines[at] ?? "");
  return [...lines.slice(0, at), ...(changed === undefined ? [] : [changed]), ...lines.slice(at + 1)].join("\n");
};

const runsOf = (shape: Shape): readonly string[] => [
  ...new Set(shape.names().flatMap((name) => /^(run-[^/]+)\//.exec(name)?.[1] ?? [])),
];

const isBucket = (shape: Shape): boolean => shape.names().some((name) => name.includes("/journal/"));

const MUTATIONS: readonly Mutation[] = [
  onFile((_, random) => bytes(random, 400)),
  onFile((text, random) => {
    const at = random.below(text.length + 1);
    return text.slice(0, at) + bytes(random, 6) + text.slice(at + random.below(6));
  }),
  onFile((text, random) => text.slice(0, random.below(text.length + 1))),
  onFile((text, random) => anyLine(text, random, () => undefined)),
  onFile((text, random) => anyLine(text, random, (line) => `${line}\n${line}`)),
  onFile((text, random) => anyLine(text, random, (line) => forgeLine(line, random))),
  onFile((text, random) => forgeLine(text, random)),
  onFile((text, random) => anyLine(text, random, (line) => forgeLine(forgeLine(line, random), random))),
  (shape, random) => {
    const names = shape.names();
    if (names.length > 0) shape.remove(pick(random, names));
  },
  (shape, random) => {
    const names = shape.names();
    if (names.length > 0) shape.write(pick(random, names), shape.read(pick(random, names)));
  },
  // A run that nobody began, newer than all others.
  (shape, random) => {
    const id = `run-2026${pick(random, ["1122", "1123", "1224"])}-0${random.below(9)}0000-642-eve`;
    const hop = { release: pick(random, [610, 636, 642, 811]), image: pick(random, [EVIL_IMAGE, "ami-a"]) };
    const plan = {
      schema: pick(random, [1, 2]),
      stack: "test",
      from: { release: pick(random, [610, 642]), image: pick(random, [EVIL_IMAGE, "ami-a"]) },
      hops: Array.from({ length: random.below(3) }, () => hop),
      nodeCount: pick(random, [0, 1, 2, 5, 99]),
    };
    const createdAt = Date.UTC(2026, 10, 22, 2) + random.below(90_000_000);
    const run = { schema: 1, runId: id, stack: "test", createdAt, operator: "eve", plan, scheduled: true };
    if (random.below(2) === 0) Reflect.deleteProperty(run, "scheduled");
    const entry = { seq: 0, at: createdAt, event: "run.started", runId: id, operator: "eve", plan };
    if (isBucket(shape)) {
      shape.write(`${id}/run.json`, JSON.stringify({ writer: "eve", run }));
      shape.write(`${id}/journal/000000.json`, JSON.stringify({ writer: "eve", entry }));
    } else {
      shape.write(`${id}/run.json`, JSON.stringify(run));
      shape.write(`${id}/journal.jsonl`, `${JSON.stringify(entry)}\n`);
    }
  },
  // Entries that no run wrote, at the end of a journal.
  (shape, random) => {
    const runs = runsOf(shape);
    if (runs.length === 0) return;
    const run = pick(random, runs);
    const events = Array.from({ length: 1 + random.below(4) }, () => pick(random, FORGED_EVENTS));
    const from = 900 + random.below(50);
    const entries = events.map((event, index) => ({ seq: from + index, at: Date.UTC(2026, 10, 22, 3), ...event }));
    if (isBucket(shape))
      for (const entry of entries)
        shape.write(
          `${run}/journal/${String(entry.seq).padStart(6, "0")}.json`,
          JSON.stringify({ writer: "eve", entry }),
        );
    else
      shape.write(
        `${run}/journal.jsonl`,
        (shape.names().includes(`${run}/journal.jsonl`) ? shape.read(`${run}/journal.jsonl`) : "") +
          entries.map((e) => `${JSON.stringify(e)}\n`).join(""),
      );
  },
  (shape, random) => {
    const now = Date.UTC(2026, 10, 22, 2) + random.below(200_000_000);
    const lease = {
      schema: 1,
      token: pick(random, [1, 2, 7, 2 ** 40, 2 ** 52]),
      runId: pick(random, [...runsOf(shape), "run-x", "op-drain-1"]),
      holder: "eve\u001b[2J",
      acquiredAt: now,
      renewedAt: now,
      expiresAt: now + pick(random, [0, 60_000, 86_400_000, 8e14]),
    };
    shape.write("lease.json", JSON.stringify(lease));
  },
  (shape, random) => {
    const values = {
      releaseSequence: pick(random, [610, 642, 811]),
      image: pick(random, [EVIL_IMAGE, "ami-a"]),
      activeTemplateVersion: 1 + random.below(3),
      nodeCount: random.below(6),
    };
    shape.write(
      "build.json",
      JSON.stringify({ schema: 1, number: 1 + random.below(99), runId: "run-eve", at: 0, values }),
    );
  },
];

/** One to three changes of what is stored. */
export function mutate(shape: Shape, random: Random): void {
  for (let left = 1 + random.below(3); left > 0; left -= 1) pick(random, MUTATIONS)(shape, random);
}
