import type { DurableEvent } from "../../orchestration/domain/events";
import type { JournalEntry } from "../../orchestration/domain/journal";
import { World } from "../fakes/world";
import { attempt } from "../support/attempt";

/** What the report is made of must be in the journal: it is all that another machine has of a run. */
describe("the journal of a run", () => {
  let world: World;
  let entries: readonly JournalEntry[];
  const of = <K extends DurableEvent["event"]>(kind: K): readonly Extract<JournalEntry, { event: K }>[] =>
    entries.filter((entry): entry is Extract<JournalEntry, { event: K }> => entry.event === kind);

  beforeAll(async () => {
    world = new World();
    // From the first drain on i-1 has these many jobs, look after look.
    const looks = [3, 3, 2, 3, 1];
    const counted = world.tfe.activeWork.bind(world.tfe);
    world.tfe.activeWork = (node) =>
      node.instanceId === "i-1" && world.of("drain.started").length > 0 && looks.length > 0
        ? Promise.resolve(looks.shift() ?? 0)
        : counted(node);
    await attempt(world);
    const [run] = await world.store.list();
    entries = await world.store.journal(run?.runId ?? "");
  });

  it("names the nodes that were found, and each that was launched", () => {
    expect(of("fleet.found").flatMap(({ nodes }) => nodes.map((node) => [node.instanceId, node.release]))).toEqual([
      ["i-1", "v202204-2"],
      ["i-2", "v202204-2"],
    ]);
    expect(of("node.launched").map(({ node }) => [node.instanceId, node.release, node.templateVersion])).toEqual([
      ["i-3", "v202207-2", 2],
      ["i-4", "v202207-2", 2],
    ]);
  });

  it("has every check of preflight in one line", () => {
    const [made, ...more] = of("checks.made");
    expect(more).toEqual([]);
    expect(made?.checks.map(({ id, ok }) => [id, ok])).toEqual(world.of("check.made").map(({ id, ok }) => [id, ok]));
  });

  it("counts the jobs of a drain down, each number once", () => {
    const left = of("drain.observed").filter(({ instanceId }) => instanceId === "i-1");
    expect(left.map((seen) => seen.left)).toEqual([3, 2, 1, 0]);
  });

  it("has a look at the gate only where other conditions hold than before", () => {
    const shapes = of("gate.observed")
      .filter(({ instanceId }) => instanceId === "i-3")
      .map(({ observations }) => observations.map(({ held }) => (held ? "+" : "-")).join(""));
    expect(shapes.filter((shape, index) => shape === shapes[index - 1])).toEqual([]);
    expect(shapes.at(-1)).toBe("+++++++");
    const told = world.of("gate.observed").filter(({ instanceId }) => instanceId === "i-3");
    expect(told.length).toBeGreaterThan(shapes.length);
  });

  it("says from when to when the service was asked, how often, and how often in vain", () => {
    const [began] = of("watch.began");
    const [ended] = of("watch.ended");
    expect(ended?.asked).toBe(((ended?.at ?? 0) - (began?.at ?? 0)) / 1000 + 1);
    expect(ended?.unanswered).toBe(world.of("run.finished")[0]?.outageSeconds);
  });
});
