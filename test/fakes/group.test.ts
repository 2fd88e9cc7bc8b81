import { describeFleetContract } from "../contract/fleet";
import { World } from "./world";
import { releaseOf } from "../support/release";

describeFleetContract("the fake estate", () => {
  const world = new World({ release: 610 });
  return Promise.resolve({
    fleet: world.ports().fleet,
    release: releaseOf(610),
    image: { there: "ami-a", missing: "nonsense" },
    scale: (nodes) => world.group.scale(nodes, "somebody"),
    suspend: (processes) => world.group.suspend(processes),
    kill: (id) => world.group.kill(id),
    pass: (ms) => world.clock.sleep(ms),
    close: () => Promise.resolve(),
  });
});
