import { World } from "../../fakes/world";
import { attempt } from "../../support/attempt";

const KEY = "restrict_worker_metadata_access";
const BUILT = { capacity_concurrency: "10" };

const made = (world: World) => world.of("check.made").find(({ id }) => id === "run-isolation");

function nodes(world: World, now: Record<string, string | undefined>, built: Record<string, string | undefined>): void {
  for (const id of ["i-1", "i-2"]) {
    world.tfe.settings.set(id, { ...BUILT, ...now });
    world.tfe.built.set(id, { ...BUILT, ...built });
  }
}

describe("Terraform runs and the role of their node", () => {
  it("holds where every node has the setting", async () => {
    const world = new World();
    expect((await attempt(world)).outcome).toBe("done");
    expect(made(world)).toMatchObject({ ok: true, observed: "Terraform runs cannot reach the role of a node" });
  });

  it("refuses no fleet that was built without it: the repave brings it, and says what runs lose", async () => {
    const world = new World();
    world.stack.settings = { ...BUILT, [KEY]: "1" };
    nodes(world, { [KEY]: undefined }, { [KEY]: undefined });
    expect((await attempt(world)).outcome).toBe("done");
    expect(made(world)).toMatchObject({
      ok: true,
      observed: `not yet on i-1, i-2; from this build on, Terraform runs cannot act as their node. If runs must, set ${KEY}: "0" in tfe:appConfig`,
    });
  });

  it("respects a stack that switches it off by name, and says what that means", async () => {
    const world = new World();
    world.stack.settings = { ...BUILT, [KEY]: "0" };
    nodes(world, { [KEY]: "0" }, { [KEY]: "0" });
    expect((await attempt(world)).outcome).toBe("done");
    expect(made(world)).toMatchObject({
      ok: true,
      observed: `off, as tfe:appConfig says: every Terraform run can act as its node (${KEY})`,
    });
  });

  it.each([
    [
      "switched off on the nodes",
      { [KEY]: "0" },
      { [KEY]: "1" },
      `${KEY} was switched off on i-1, i-2 since the node was built`,
    ],
  ])("is red where it was %s, unless it is accepted by name", async (_what, now, built, observed) => {
    const world = new World();
    world.stack.settings = { ...BUILT, [KEY]: "1" };
    nodes(world, now, built);
    expect((await attempt(world)).outcome).toBe("blocked");
    expect(made(world)).toMatchObject({ ok: false, observed });
    expect(world.of("check.made").find(({ id }) => id === "app-config")?.ok).toBe(false);
    const overrides = ["run-isolation", "app-config"].map((id) => ({ id, because: "trusted authors" }));
    expect((await attempt(world, {}, { overrides })).outcome).toBe("done");
  });

  it("is red where the application does not know the setting", async () => {
    const world = new World();
    const read = jest.spyOn(world.tfe, "appConfigSinceBuild");
    read.mockResolvedValue({ now: { capacity_concurrency: { plain: "10" } }, built: {} });
    await attempt(world);
    expect(made(world)).toMatchObject({ ok: false, observed: `the application on i-1, i-2 does not know ${KEY}` });
  });
});
