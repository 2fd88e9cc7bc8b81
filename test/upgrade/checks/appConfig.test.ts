import { World } from "../../fakes/world";
import { attempt } from "../../support/attempt";
import { refused } from "../../support/refusal";

describe("the check of the settings", () => {
  test("names keys that differ and never their values", async () => {
    const world = new World();
    world.tfe.settings.set("i-1", { capacity_concurrency: "10", redis_pass: "hunter2" });
    await refused(world);
    expect(world.told).toContain("the nodes differ in redis_pass");
    expect(JSON.stringify(world.events)).not.toContain("hunter2");
  });

  test.each<{ why: string; kept: Record<string, string>; outcome: string }>([
    { why: "a setting that was changed on every node and that the stack does not know", kept: {}, outcome: "blocked" },
    { why: "one for which the stack has another value", kept: { capacity_memory: "2048" }, outcome: "blocked" },
    { why: "one that the stack has as it is", kept: { capacity_memory: "1024" }, outcome: "done" },
  ])("$why: $outcome", async ({ kept, outcome }) => {
    const world = new World();
    for (const id of ["i-1", "i-2"])
      world.tfe.settings.set(id, { capacity_concurrency: "10", capacity_memory: "1024" });
    world.stack.settings = { capacity_concurrency: "10", ...kept };
    expect((await attempt(world)).outcome).toBe(outcome);
    const made = world.of("check.made").find(({ id }) => id === "app-config");
    expect(made?.observed).toBe(
      outcome === "done"
        ? "the new build loses no changed setting"
        : "changed since the node was built, and not in the stack: capacity_memory on i-1, capacity_memory on i-2",
    );
  });

  test("takes a value that only the stack's file has for a change that is wanted", async () => {
    const world = new World();
    world.stack.settings = { capacity_concurrency: "30" };
    expect((await attempt(world)).outcome).toBe("done");
  });
});
