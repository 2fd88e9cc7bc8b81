/** What a new node would have, compared on a node that other code built: names, and no values. */
import { FDO } from "../../orchestration/dialects/fdo";
import { REPLICATED } from "../../orchestration/dialects/replicated";
import { drifted } from "../../orchestration/domain/settings";
import { FakeClock } from "../fakes/clock";
import { containerLab } from "../lab/containerNodes";
import { type LabEstate, NO_JOBS, started } from "../lab/estate";
import { regionShell } from "../lab/regionShell";

const ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:settings-a1b2c3";

const KINDS = {
  Replicated: {
    dialect: REPLICATED,
    make: () => started({ release: 642, timings: NO_JOBS }),
    plain: "capacity_concurrency",
    secret: "enc_password",
    settingsOf: (lab: LabEstate) => lab.member().node.settings,
  },
  "a container": {
    dialect: FDO,
    make: () => containerLab("1.2.2"),
    plain: "TFE_CAPACITY_CONCURRENCY",
    secret: "TFE_ENCRYPTION_PASSWORD",
    settingsOf: (lab: LabEstate) => lab.member().node.settingsInEffect,
  },
} as const;

describe.each(Object.entries(KINDS))("of %s", (_, { dialect, make, plain, secret, settingsOf }) => {
  /** Names of the settings in which a new node with this secret and these plain settings would differ. */
  async function apart(
    kept: (settings: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
    given: Readonly<Record<string, string>> = {},
  ) {
    const lab = make();
    const clock = new FakeClock(lab.region.state.now);
    clock.onTick = () => lab.region.advance(clock.now());
    const { id: instanceId, privateIp } = lab.member();
    const now = settingsOf(lab);
    lab.region.state.secrets[ARN] = JSON.stringify(kept(now));
    const options = { settingsSecretArn: ARN, hostname: now["hostname"] ?? now["TFE_HOSTNAME"] ?? "" };
    const read = await dialect
      .node(regionShell(lab.region, clock), options)
      .settingsOfNextBuild({ instanceId, privateIp }, given);
    expect(JSON.stringify(read)).not.toContain("lab-encryption-password");
    expect(lab.region.verdict()).toMatchObject({ secretsShown: 0, violations: [] });
    const { settings: facts } = dialect.facts;
    return drifted([{ ...read, instanceId }], facts)
      .map(({ key }) => key)
      .filter((key) => key !== facts.shield.key);
  }

  it("finds nothing where the secret has the node's own settings", async () => {
    expect(await apart((settings) => settings)).toEqual([]);
  });

  it("names a secret that differs, and one that is missing", async () => {
    expect(await apart((settings) => ({ ...settings, [secret]: "another password" }))).toEqual([secret]);
    const without = (settings: object) =>
      Object.fromEntries(Object.entries(settings).filter(([key]) => key !== secret));
    expect(await apart(without)).toEqual([secret]);
  });

  it("has what the stack says win over the secret", async () => {
    expect(await apart((settings) => settings, { [plain]: "77" })).toEqual([plain]);
    expect(await apart((settings) => ({ ...settings, [plain]: "77" }), { [plain]: "10" })).toEqual([]);
  });

  it("cannot be told without a secret", async () => {
    const lab = make();
    const { id: instanceId, privateIp } = lab.member();
    const tfe = dialect.node(regionShell(lab.region, new FakeClock(lab.region.state.now)), {});
    await expect(tfe.settingsOfNextBuild({ instanceId, privateIp }, {})).rejects.toMatchObject({
      code: "NODE_ANSWER_UNREADABLE",
    });
  });
});
