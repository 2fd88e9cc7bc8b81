import { describeTfeContract } from "../contract/tfe";
import { releaseOf } from "../support/release";
import { World } from "./world";

describeTfeContract("the fake estate", () => {
  const world = new World({ release: 642 });
  world.tfe.built.set("i-1", { capacity_concurrency: "10", enc_password: "hunter2", pg_password: "hunter3" });
  return {
    tfe: world.ports().tfe,
    node: { instanceId: "i-1", privateIp: "10.0.1.1" },
    nobody: { instanceId: "i-9", privateIp: "10.0.1.9" },
    release: releaseOf(642),
    setting: "capacity_concurrency",
    secret: "enc_password",
    otherSecret: "pg_password",
    clock: world.clock,
  };
});
