import { DEFAULT_POLICY } from "../../../orchestration/run/policy";
import { World } from "../../fakes/world";
import { attempt } from "../../support/attempt";

const OLD = "/_health_check";
const NEW = "/api/v1/health/readiness";

/** A fleet of which 2.0.5 answers on the new path alone, and 1.2.2 on both. */
function fleetOf(release: string): World {
  const world = new World({ release });
  world.other?.paths.set("2.0.5", [NEW]);
  for (const both of ["1.2.1", "1.2.2", "1.2.3"]) world.other?.paths.set(both, [NEW, OLD]);
  return world;
}

const madeOf = (world: World): object | undefined => world.of("check.made").findLast(({ id }) => id === "health-path");

describe("a given target group", () => {
  test("that asks elsewhere than the release answers is refused, with the command that changes it", async () => {
    const world = fleetOf("1.2.2");
    expect((await attempt(world, { release: "2.0.5" })).outcome).toBe("blocked");
    expect(madeOf(world)).toMatchObject({
      ok: false,
      observed: `2.0.5 answers on ${NEW}, and the target group asks ${OLD}`,
      remedy: `aws elbv2 modify-target-group --target-group-arn arn:tg --health-check-path ${NEW}. Or accept it: --accept health-path --because "…".`,
    });
    expect(world.acts).toEqual([]);
  });

  test("is not to be changed under nodes that do not answer there", async () => {
    const world = fleetOf("1.1.4");
    await attempt(world, { release: "2.0.5" });
    expect(madeOf(world)).toMatchObject({
      remedy: expect.stringMatching(
        /^1\.2\.3 answers on both paths\. Upgrade to it first, then: aws elbv2 .* Then upgrade to the target\./,
      ) as string,
    });
  });

  test("that counts failures as healthy is refused", async () => {
    const world = fleetOf("1.1.3");
    world.entrypoint = { ...world.entrypoint, healthCheck: { path: OLD, codes: "200-499" } };
    expect((await attempt(world, { release: "1.1.4" })).outcome).toBe("blocked");
    expect(madeOf(world)).toMatchObject({
      remedy: expect.stringContaining("--matcher HttpCode=200.") as string,
    });
  });

  test("that asks for an open port alone passes, and the check says so", async () => {
    const world = fleetOf("1.1.4");
    world.entrypoint = { ...world.entrypoint, healthCheck: { path: undefined, codes: "" } };
    expect((await attempt(world, { release: "2.0.5" })).outcome).toBe("done");
    expect(madeOf(world)).toMatchObject({ observed: "the target group asks whether the port is open, and no path" });
  });
});

describe("the stack's own target group", () => {
  const policy = { ...DEFAULT_POLICY, targetGroup: "built" } as const;

  test("gets the path with the update that moves the pin, and not before", async () => {
    const world = fleetOf("1.1.4");
    const paths: (string | undefined)[] = [];
    world.once("stage.built", () => paths.push(world.stack.written.healthPath));
    world.once("zero.reached", () => paths.push(world.stack.written.healthPath));
    world.once("one.launched", () => paths.push(world.stack.written.healthPath));
    expect((await attempt(world, { release: "2.0.5" }, { policy })).outcome).toBe("done");
    expect(paths).toEqual([undefined, undefined, NEW]);
    expect(madeOf(world)).toMatchObject({
      ok: true,
      observed: `the update that starts 2.0.5 sets the health check to ${NEW}`,
    });
  });

  test("of a dialect with one path for all is never written", async () => {
    const world = new World();
    await attempt(world, {}, { policy });
    expect(world.stack.written.healthPath).toBeUndefined();
  });
});
