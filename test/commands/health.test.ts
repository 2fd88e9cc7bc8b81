import { createColors } from "picocolors";
import { render } from "../../orchestration/adapters/reporters/lines";
import { inARow } from "../../orchestration/fleet/health";
import { lookOnce } from "../../orchestration/commands/health";
import { drainOf } from "../../orchestration/operations/drain";
import { restartOf } from "../../orchestration/operations/restart";
import { readStanding } from "../../orchestration/run/standing";
import { World } from "../fakes/world";
import { perform } from "../support/operation";

type Question = Parameters<typeof lookOnce>[0];

/** Of all nodes, of a stack without journals. */
const asked = (ports: Question["ports"]): Question => ({
  ports,
  expected: 2,
  standing: () => Promise.resolve(undefined),
  ids: undefined,
});

/** The nodes as a stack has them whose airgap package decides the release: no tag says what they were built for. */
function untagged(world: World): Question["ports"] {
  const { fleet, tfe } = world.ports();
  const describe = async (): ReturnType<typeof fleet.describe> => {
    const { group, instances } = await fleet.describe();
    return { group, instances: instances.map((instance) => ({ ...instance, release: undefined })) };
  };
  return { tfe, fleet: { ...fleet, describe } };
}

test("a node whose tag does not say what it was built for is judged by what it runs", async () => {
  const { healthy, events } = await lookOnce(asked(untagged(new World())), inARow(1));
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
  const { healthy, events } = await lookOnce(asked(untagged(world)), inARow(1));
  expect(healthy).toBe(false);
  expect(JSON.stringify(events)).toContain("i-1 does not answer");
});

test("a fleet whose nodes are all drained is not healthy, though each node meets every condition", async () => {
  const world = new World();
  const standing: Question["standing"] = (nodes) =>
    readStanding(world.ports(), { stack: "test", now: world.clock.now(), nodes });
  const question = { ...asked(world.ports()), standing };
  await perform(world, (seen) => drainOf(seen, ["i-1"]));
  const one = await lookOnce(question, inARow(1));
  expect(one.healthy).toBe(true);
  const words = one.events.flatMap((event) => render(event, createColors(false)).lines).map(String);
  expect(words).toContain("i-1: drained, takes no work");
  expect(words).toContain("i-2: healthy");
  expect(one.standing).toMatchObject({ kind: "drained", takesWork: true, drained: [{ instanceId: "i-1" }] });
  await perform(world, (seen) => drainOf(seen, ["i-2"]));
  const both = await lookOnce(question, inARow(1));
  expect(both.healthy).toBe(false);
  expect(both.events.filter(({ event }) => event === "node.health")).toMatchObject([
    { healthy: true, drained: true },
    { healthy: true, drained: true },
  ]);
  expect(both.events.at(-1)).toMatchObject({ event: "fleet.standing", standing: { takesWork: false } });
  await perform(world, (seen) => restartOf(seen, undefined));
  expect((await lookOnce(question, inARow(1))).healthy).toBe(true);
});

test("a node whose tag names another release than it runs is not healthy", async () => {
  const world = new World();
  world.tfe.claims = 642;
  expect((await lookOnce(asked(world.ports()), inARow(1))).healthy).toBe(false);
});

test("a node that will not start is named, so that nobody waits for it", async () => {
  const world = new World();
  expect((await lookOnce(asked(world.ports()), inARow(1))).failure).toBeUndefined();
  world.startupFailures.set("i-2", "startup check license failed");
  expect((await lookOnce(asked(world.ports()), inARow(1))).failure).toBe("i-2: startup check license failed");
});
