import { inARow } from "../../orchestration/fleet/health";
import { lookOnce } from "../../orchestration/commands/health";
import { World } from "../fakes/world";

/** The nodes as a stack has them whose airgap package decides the release: no tag says what they were built for. */
function untagged(world: World): Parameters<typeof lookOnce>[0] {
  const { fleet, tfe } = world.ports();
  const describe = async (): ReturnType<typeof fleet.describe> => {
    const { group, instances } = await fleet.describe();
    return { group, instances: instances.map((instance) => ({ ...instance, release: undefined })) };
  };
  return { tfe, fleet: { ...fleet, describe } };
}

test("a node whose tag does not say what it was built for is judged by what it runs", async () => {
  const { healthy, events } = await lookOnce(untagged(new World()), 2, inARow(1), undefined);
  expect(healthy).toBe(true);
  expect(events).toMatchObject([
    {
      observations: expect.arrayContaining([
        expect.objectContaining({ condition: "release 610", held: true }),
      ]) as unknown,
    },
    {
      observations: expect.arrayContaining([
        expect.objectContaining({ condition: "release 610", held: true }),
      ]) as unknown,
    },
  ]);
});

test("and is not healthy where it does not say that either", async () => {
  const world = new World();
  world.tfe.unreachable.add("i-1");
  const { healthy, events } = await lookOnce(untagged(world), 2, inARow(1), undefined);
  expect(healthy).toBe(false);
  expect(JSON.stringify(events)).toContain("i-1 does not answer");
});

test("a node whose tag names another release than it runs is not healthy", async () => {
  const world = new World();
  world.tfe.claims = 642;
  expect((await lookOnce(world.ports(), 2, inARow(1), undefined)).healthy).toBe(false);
});
