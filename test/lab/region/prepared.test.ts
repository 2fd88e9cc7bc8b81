import { START_UNIT, TAGS } from "../../../infra/contract";
import { parseConfig } from "../../../infra/config/index";
import { renderUserData } from "../../../infra/nodes/replicated/userData";
import { DEFAULTS } from "../../../lab/region/defaults";
import type { Instance } from "../../../lab/region/model";
import { FDO } from "../../../orchestration/dialects/fdo";
import { REPLICATED } from "../../../orchestration/dialects/replicated";
import type { Tfe } from "../../../orchestration/ports/tfe";
import { FakeClock } from "../../fakes/clock";
import { rawConfig } from "../../support/stackConfig";
import { containerScript, HOST } from "../containerNodes";
import { type LabEstate, NO_JOBS, script, started } from "../estate";
import { regionShell } from "../regionShell";

const { secrets } = DEFAULTS;

const INSTALLER = renderUserData({
  ...parseConfig(rawConfig({ releaseSequence: "642" })),
  licenseSecretArn: secrets.license,
  tlsCertificateSecretArn: secrets.tlsCertificate,
  tlsKeySecretArn: secrets.tlsKey,
  settingsSecretArn: secrets.settings,
});

/** A node of version 2, launched outside of the group beside a node that serves. */
function prepared(
  text: string,
  more: { readonly tags?: Record<string, string> } = {},
): { lab: LabEstate; node: Instance } {
  const lab = started({ text, timings: NO_JOBS });
  lab.pin(text);
  const node = lab.region.runInstance(
    {
      templateId: lab.templateId,
      version: "2",
      subnetId: DEFAULTS.subnetIds[0],
      tags: { [TAGS.prepared]: "test", ...more.tags },
      showsTags: true,
      clientToken: undefined,
    },
    false,
  );
  if (!node) throw new Error("nothing was launched");
  return { lab, node };
}

const KINDS = [
  { kind: "an installer", text: INSTALLER, afterWord: 0.05, tfe: REPLICATED },
  { kind: "a container", text: containerScript("1.2.2"), afterWord: 0, tfe: FDO },
] as const;

describe.each(KINDS)("a node with $kind that is prepared", ({ text, afterWord, tfe: dialect }) => {
  const tfeOn = (lab: LabEstate): { tfe: Tfe; clock: FakeClock } => {
    const clock = new FakeClock(lab.region.state.now);
    clock.onTick = () => lab.region.advance(clock.now());
    return { tfe: dialect.node(regionShell(lab.region, clock), { hostname: HOST }), clock };
  };
  const address = ({ id, privateIp }: Instance) => ({ instanceId: id, privateIp });

  it("has everything but its start behind it, and touches nothing until it is told", () => {
    const { lab, node } = prepared(text);
    const took = lab.until(() => node.node.phase === "prepared");
    expect(took).toBeCloseTo(45 + 210 * (1 - afterWord), 0);
    lab.pass(3600);
    expect(node.node.phase).toBe("prepared");
    expect(lab.region.verdict()).toMatchObject({ startedEarly: 0, violations: [] });
    expect(lab.run(node, `systemctl start --no-block ${START_UNIT}`).exitCode).toBe(0);
    expect(lab.until(() => node.node.phase === "started")).toBeCloseTo(45 + 210 * afterWord, 0);
    expect(lab.region.verdict()).toMatchObject({ startedEarly: 0, violations: [] });
  });

  it("says how far it has come, and hears the word once", async () => {
    const { lab, node } = prepared(text);
    lab.until(() => node.node.phase === "installing");
    const { tfe, clock } = tfeOn(lab);
    expect(await tfe.preparation(address(node))).toEqual({ phase: "preparing" });
    await expect(tfe.startPrepared(address(node))).rejects.toMatchObject({ code: "NODE_COMMAND_FAILED" });
    await clock.sleep(300_000);
    expect(await tfe.preparation(address(node))).toMatchObject({ phase: "prepared", missing: [] });
    await tfe.startPrepared(address(node));
    expect(await tfe.preparation(address(node))).toMatchObject({ phase: "started" });
    const { toldAt } = node.node;
    await tfe.startPrepared(address(node));
    expect(node.node.toldAt).toBe(toldAt);
  });

  it("says why it cannot be", async () => {
    const { lab, node } = prepared(text);
    Reflect.deleteProperty(lab.region.state.secrets, secrets.tlsKey);
    lab.until(() => node.node.phase === "failed");
    const { tfe } = tfeOn(lab);
    expect(await tfe.preparation(address(node))).toMatchObject({
      phase: "failed",
      why: expect.stringContaining("can't find the specified secret") as string,
    });
    expect(lab.region.verdict().startedEarly).toBe(0);
  });

  it("is one of the group's once it is attached, and is taken by the load balancer when it has started", () => {
    const { lab, node } = prepared(text);
    lab.until(() => node.node.phase === "prepared");
    lab.scale(0);
    lab.until(() => lab.members().length === 0);
    expect(() => lab.region.attachInstances(lab.groupName, [node.id])).toThrow("above the max size 0");
    lab.region.updateGroup(lab.groupName, { max: 1 });
    lab.region.attachInstances(lab.groupName, [node.id]);
    lab.until(() => lab.members().length === 1 && lab.member().lifecycle === "InService");
    lab.run(node, `systemctl start ${START_UNIT}`);
    lab.until(() => lab.targets().targets.some((target) => target.state === "healthy"));
    expect(lab.region.verdict()).toMatchObject({ overlapSeconds: 0, violations: [] });
  });

  it("may be terminated before the word, which kills nothing that boots", () => {
    const { lab, node } = prepared(text);
    lab.pass(60);
    lab.region.terminateInstances([node.id]);
    expect(lab.region.verdict()).toMatchObject({ killedWhileBooting: 0, violations: [] });
  });
});

describe("the witness", () => {
  it("sees a prepared node that starts before it is told: here its build knows no two halves", () => {
    const { lab, node } = prepared(script(642));
    lab.until(() => node.node.phase === "started");
    const { startedEarly, violations } = lab.region.verdict();
    expect(startedEarly).toBe(1);
    expect(violations.join()).toContain(`${node.id}, launched outside of a group, started its application before`);
  });

  it("has nothing against a node of the group, which starts at once with the same build", () => {
    const { lab } = prepared(INSTALLER);
    expect(lab.member().node.toldAt).toBeUndefined();
    expect(lab.region.verdict().startedEarly).toBe(0);
  });
});

it("tags that the metadata cannot show are refused with the launch, as EC2 does", () => {
  expect(() => prepared(INSTALLER, { tags: { "cost/center": "7" } })).toThrow("not a valid tag key");
});
