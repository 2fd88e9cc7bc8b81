import { describePreparedNodesContract } from "../contract/preparedNodes";
import { World } from "./world";

describePreparedNodesContract("the fake estate", async () => {
  const world = new World({ nodes: 1 });
  world.group.templates.push({ release: 642, image: "ami-a" });
  world.group.scale(0, "somebody", 1);
  await world.clock.sleep(600_000);
  return {
    nodes: world.prepared,
    describe: () => Promise.resolve(world.group.fleet()),
    setCapacity: (isThere) => void (world.group.launches = isThere),
    pass: (ms) => world.clock.sleep(ms),
    close: () => Promise.resolve(),
  };
});
