import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { jsonReporter } from "../../../../orchestration/adapters/reporters/jsonReporter";
import { ANSWERS } from "../../../../orchestration/adapters/reporters/schema/answers";
import { ROLLOUT_FACTS } from "../../../../orchestration/adapters/reporters/schema/rollout";
import { eventsPage } from "../../../../orchestration/adapters/reporters/schema/document";
import { SAME_AS_THE_TYPES } from "../../../../orchestration/adapters/reporters/schema/facts";
import { flawsOf, jsonSchema, LINE_SCHEMAS } from "../../../../orchestration/adapters/reporters/schema/stream";
import { RepaveError } from "../../../../orchestration/domain/errors";
import type { RunEvent } from "../../../../orchestration/domain/events";
import { commandLine } from "../../../../orchestration/program";
import { World } from "../../../fakes/world";
import { attempt, takeBack } from "../../../support/attempt";
import { aFinish } from "../../../support/events";

/** Events as `--json` prints them, read back. */
function printed(events: readonly RunEvent[]): readonly unknown[] {
  const lines: string[] = [];
  const reporter = jsonReporter(
    (line) => lines.push(line),
    () => Date.UTC(2026, 0, 5),
  );
  for (const event of events) reporter.emit(event);
  return lines.map((line) => JSON.parse(line) as unknown);
}

const flaws = (world: World): readonly string[] => printed(world.events).flatMap(flawsOf);

describe("every event of a simulated run is as its schema says", () => {
  test("two hops to the end", async () => {
    const world = new World();
    expect((await attempt(world, { release: 713 })).outcome).toBe("done");
    expect(flaws(world)).toEqual([]);
    expect(world.events.length).toBeGreaterThan(50);
  });

  test("a halt at the gate, a node rebuilt, the way on", async () => {
    const world = new World();
    world.once("one.launched", ({ instanceId }) => world.group.sicken(instanceId));
    expect((await attempt(world)).outcome).toBe("halted");
    await attempt(world, { resume: true }, { rebuildNode: true });
    expect(flaws(world)).toEqual([]);
    expect(world.of("node.rebuilt")).toHaveLength(1);
  });

  test("an interrupt in the drain, and the way back", async () => {
    const world = new World();
    const stop = new AbortController();
    world.once("drain.started", () => stop.abort(new RepaveError("INTERRUPTED", "stopped")));
    expect((await attempt(world, {}, { signal: stop.signal })).outcome).toBe("interrupted");
    expect((await takeBack(world)).outcome).toBe("aborted");
    expect(flaws(world)).toEqual([]);
  });

  test("and a refusal", async () => {
    const world = new World();
    expect((await attempt(world, { release: 609 })).outcome).toBe("blocked");
    expect(flaws(world)).toEqual([]);
  });
});

test("a command that cannot begin prints an error that is as its schema says", async () => {
  const out: string[] = [];
  const io = { out: (line: string) => void out.push(line), err: () => undefined, signal: new AbortController().signal };
  await commandLine(["upgrade", "--release", "642", "--stack", "nope", "--json"], io);
  expect(out.map((line) => flawsOf(JSON.parse(line)))).toEqual([[]]);
});

describe("a line is refused", () => {
  const [line] = printed([aFinish("done")]) as [Readonly<Record<string, unknown>>];

  it.each<[string, unknown, string]>([
    ["with a field that nobody described", { ...line, surprise: 1 }, 'Unrecognized key: "surprise"'],
    ["with a field of another kind", { ...line, outageSeconds: "long" }, "outageSeconds: Invalid input"],
    ["without a field", { ...line, steps: undefined }, "steps: Invalid input"],
    ["without its time", { ...line, at: undefined }, "at: Invalid input"],
    ["with an unknown name", { event: "surprise" }, "no such event: surprise"],
    ["that is none", null, "no such event: undefined"],
  ])("%s", (_, given, why) => {
    expect(flawsOf(line)).toEqual([]);
    expect(flawsOf(given).join("; ")).toContain(why);
  });
});

describe("the documents of the event stream", () => {
  const read = (name: string): string => readFileSync(resolve(__dirname, "../../../../docs", name), "utf8");

  test("are what `npm run docs:events` writes", () => {
    expect(read("events.md")).toBe(eventsPage());
    expect(JSON.parse(read("events.schema.json"))).toEqual(JSON.parse(JSON.stringify(jsonSchema())));
  });

  test("have a section and a schema for every event, and for every answer", () => {
    const names = [...Object.keys(SAME_AS_THE_TYPES), ...Object.keys(ROLLOUT_FACTS), ...Object.keys(ANSWERS)];
    expect(Object.keys(LINE_SCHEMAS)).toEqual(names);
    expect([...read("events.md").matchAll(/^## `(.+)`$/gm)].map(([, name]) => name)).toEqual(names);
  });
});
