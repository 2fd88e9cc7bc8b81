import { describeTfeContract } from "../contract/tfe";
import { releaseOf } from "../support/release";
import { World } from "./world";

describeTfeContract("the fake estate", () => {
  const world = new World({ release: 642 });
  return {
    tfe: world.ports().tfe,
    node: { instanceId: "i-1", privateIp: "10.0.1.1" },
    nobody: { instanceId: "i-9", privateIp: "10.0.1.9" },
    release: releaseOf(642),
    setting: "capacity_concurrency",
    clock: world.clock,
  };
});
