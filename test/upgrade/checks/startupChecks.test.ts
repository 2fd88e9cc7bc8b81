import { SETTINGS } from "../../../orchestration/dialects/fdo/settings";
import { IGNORED_CHECKS } from "../../fakes/otherDialect";
import { World } from "../../fakes/world";
import { attempt } from "../../support/attempt";

const fleet = (): World => new World({ release: "1.1.4" });
const made = (world: World) => world.of("check.made").find(({ id }) => id === "startup-checks");
const warnings = (world: World) => world.of("warning").map(({ text }) => text);

it("is quiet where no node ignores a failed check, and shown of no packaging that has no such setting", async () => {
  const world = fleet();
  await attempt(world, { release: "1.2.2" });
  expect(made(world)).toMatchObject({ ok: true, observed: "a node that fails a startup check does not start" });
  expect(warnings(world)).toEqual([]);
  const other = new World();
  await attempt(other);
  expect(made(other)).toBeUndefined();
});

it("names the nodes that ignore one, and what that means, and refuses nothing", async () => {
  const world = fleet();
  world.tfe.settings.set("i-1", { [IGNORED_CHECKS]: "tls,redis" });
  world.tfe.built.set("i-1", { [IGNORED_CHECKS]: "tls,redis" });
  world.stack.settings = { [IGNORED_CHECKS]: "tls" };
  expect((await attempt(world, { release: "1.2.2" }, { overrides: OVERRIDES })).outcome).toBe("done");
  const held = `ignored by ${IGNORED_CHECKS}: tls,redis on i-1; tls on every new node. A node that fails one of these starts all the same`;
  expect(made(world)).toMatchObject({ ok: true, observed: held });
  expect(warnings(world)).toContain(`failed startup checks are ${held}`);
});

it("is told at the gate of a new node that has it from its secret", async () => {
  const world = fleet();
  const read = world.tfe.appConfig.bind(world.tfe);
  jest.spyOn(world.tfe, "appConfig").mockImplementation(async (node) => ({
    ...(await read(node)),
    ...(["i-1", "i-2"].includes(node.instanceId) ? {} : { [IGNORED_CHECKS]: { plain: "database" } }),
  }));
  await attempt(world, { release: "1.2.2" });
  expect(warnings(world)).toContainEqual(
    expect.stringMatching(/^i-\w+ ignores failed startup checks \(ignored_checks: database\): it passed the gate/),
  );
});

it("is the vendor's variable, which is no secret", () => {
  expect(SETTINGS.ignoredChecks).toBe("TFE_STARTUP_CHECKS_IGNORE_FAILURES");
  expect(SETTINGS.isSecret("TFE_STARTUP_CHECKS_IGNORE_FAILURES")).toBe(false);
});

/** The nodes differ on purpose. */
const OVERRIDES = [{ id: "app-config", because: "a test" }];
