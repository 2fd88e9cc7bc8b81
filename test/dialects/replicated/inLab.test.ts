import { REPLICATED } from "../../../orchestration/dialects/replicated";
import { describeTfeContract } from "../../contract/tfe";
import { FakeClock } from "../../fakes/clock";
import { started } from "../../lab/estate";
import { regionShell } from "../../lab/regionShell";
import { releaseOf } from "../../support/release";

describeTfeContract("Replicated's commands in the lab", () => {
  const { region, member } = started({ release: 781 });
  const clock = new FakeClock(region.state.now);
  clock.onTick = () => region.advance(clock.now());
  const { id: instanceId, privateIp } = member();
  return {
    tfe: REPLICATED.node(regionShell(region, clock), {}),
    node: { instanceId, privateIp },
    nobody: { instanceId: "i-0ffffffffffffffff", privateIp: "10.9.9.9" },
    release: releaseOf(781),
    setting: "capacity_concurrency",
    secret: "enc_password",
    otherSecret: "pg_password",
    clock,
  };
});
