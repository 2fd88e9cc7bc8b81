import type { Ports } from "../../orchestration/run/context";
import { World } from "./world";

let world: World;
let ports: Ports;
beforeEach(() => {
  world = new World();
  ports = world.ports();
});

const SECOND = 1000;
const node = (id: string): { instanceId: string; privateIp: string } => ({ instanceId: id, privateIp: "10.0.1.1" });

describe("what must never happen is seen", () => {
  it.each<{ what: string; does: () => Promise<void> | void; seen: string[] }>([
    {
      what: "a node that was not drained is terminated",
      does: () => world.group.scale(1, "run"),
      seen: ["no-lost-work: i-1 terminated without a drain"],
    },
    {
      what: "a node is terminated before its work is over",
      does: async () => {
        world.tfe.drainsEarly = true;
        await ports.tfe.drain(node("i-1"));
        world.group.scale(1, "run");
      },
      seen: ["no-lost-work: i-1"],
    },
    {
      what: "a node is called drained and works",
      does: () => ports.reporter.emit({ event: "drain.proven", hop: 0, instanceId: "i-1", seconds: 1 }),
      seen: ["no-lost-work: i-1 is called drained and works"],
    },
    {
      what: "a second node is launched before the first is healthy",
      does: () => {
        world.group.scale(3, "somebody");
        world.group.scale(4, "run");
      },
      seen: ["one-before-two: launched beside i-3, healthy for -300000 ms"],
    },
    {
      what: "two releases are alive at once",
      does: () => {
        world.group.templates.push({ release: 642, image: "ami-a" });
        world.group.pinned = 2;
        world.group.scale(3, "somebody");
      },
      seen: ["no-overlap: 610 and 642 are alive"],
    },
    {
      what: "the pin moves while the old build runs",
      does: () => {
        world.group.templates.push({ release: 642, image: "ami-a" });
        world.group.pin(2);
      },
      seen: ["staged-is-not-active: version 2 pinned while i-1, i-2 runs"],
    },
    {
      what: "the fence is opened over a drained node",
      does: async () => {
        await ports.tfe.drain(node("i-1"));
        await ports.fleet.unfence([]);
      },
      seen: ["fenced: opened with 2 nodes, drained: i-1"],
    },
  ])("$what", async ({ does, seen: violations }) => {
    world.clock.suspend(10 * SECOND); // Past the pause in the nodes' work.
    await does();
    expect(world.violations).toEqual(violations);
  });

  test("another build is launched before the silence at zero is over", async () => {
    const named = new World({ release: "1.2.2" });
    const { group, clock } = named;
    group.templates.push({ release: "2.0.5", image: "ami-a" });
    group.scale(0, "somebody");
    await clock.sleep(60 * SECOND);
    group.pinned = 2;
    group.scale(1, "run");
    expect(named.violations).toEqual(["quiet-at-zero: 2.0.5 launched 10000 ms after the last old machine"]);
  });

  test("a node is terminated while it boots", async () => {
    world.group.scale(3, "somebody");
    for (const { id } of world.group.machines.slice(0, 2)) await ports.tfe.drain(node(id));
    world.group.scale(0, "run");
    expect(world.violations).toContain("never-kill-a-booting-node: i-3");
  });
});
