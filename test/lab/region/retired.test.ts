import { FDO } from "../../../orchestration/dialects/fdo";
import { REPLICATED } from "../../../orchestration/dialects/replicated";
import { FakeClock } from "../../fakes/clock";
import { containerScript, HOST } from "../containerNodes";
import { NO_JOBS, script, started } from "../estate";
import { regionShell } from "../regionShell";

const KINDS = [
  { kind: "an installer", text: script(642), dialect: REPLICATED },
  { kind: "a container", text: containerScript("1.2.2"), dialect: FDO },
] as const;

describe.each(KINDS)("a node with $kind whose application is stopped for good", ({ text, dialect }) => {
  const asked = () => {
    const lab = started({ text, timings: NO_JOBS });
    const clock = new FakeClock(lab.region.state.now);
    clock.onTick = () => lab.region.advance(clock.now());
    const member = lab.member();
    const tfe = dialect.node(regionShell(lab.region, clock), { hostname: HOST });
    return { lab, clock, tfe, member, node: { instanceId: member.id, privateIp: member.privateIp } };
  };

  it("proves it once the application is gone, however often it is asked", async () => {
    const { lab, clock, tfe, member, node } = asked();
    const before = clock.now();
    expect(await tfe.retire(node)).toEqual([]);
    expect(clock.now() - before).toBeGreaterThanOrEqual(lab.region.state.timings.stop);
    expect(member.node.phase).toBe("stopped");
    expect(await tfe.state(node)).toMatch(/^(?:stopped|absent)$/);
    expect(await tfe.retire(node)).toEqual([]);
  });

  it("names what else runs on it", async () => {
    const { tfe, member, node } = asked();
    member.node.containers = [{ image: "acme/sidecar:3", name: "watcher" }];
    expect(await tfe.retire(node)).toEqual(["acme/sidecar:3 (watcher) runs"]);
  });

  it("starts again when it is told to", async () => {
    const { lab, tfe, member, node } = asked();
    await tfe.retire(node);
    await tfe.start(node);
    lab.until(() => member.node.phase === "started");
    expect(member.node.isRetired).toBe(false);
    expect(lab.region.verdict().violations).toEqual([]);
  });
});
