import { FDO } from "../../../orchestration/dialects/fdo";
import { REPLICATED } from "../../../orchestration/dialects/replicated";
import { FakeClock } from "../../fakes/clock";
import { containerLab } from "../../lab/containerNodes";
import { type LabEstate, NO_JOBS, started } from "../../lab/estate";
import { regionShell } from "../../lab/regionShell";

/** The lab's node does what the script does: `script.test.ts` runs the script itself. */
const ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tfe-repave/production/settings-a1b2c3";
const permitted = JSON.stringify({ Action: ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"] });

function aNode({ region, member }: LabEstate) {
  const clock = new FakeClock(region.state.now);
  clock.onTick = () => region.advance(clock.now());
  const { id: instanceId, privateIp } = member();
  return { region, node: { instanceId, privateIp }, shell: regionShell(region, clock) };
}

it.each([
  ["Replicated", REPLICATED, () => started({ release: 811, timings: NO_JOBS }), "enc_password"],
  ["a container", FDO, () => containerLab("1.2.2"), "TFE_ENCRYPTION_PASSWORD"],
] as const)(
  "a node on %s writes what it is asked for, where the policy of the secret lets it",
  async (_, dialect, make, name) => {
    const { region, node, shell } = aNode(make());
    const kept = { secretArn: ARN, names: [name] };
    expect(await dialect.keepSettings(shell, {}, node, kept)).toEqual({ refused: expect.any(String) as string });
    expect(region.state.secrets[ARN]).toBeUndefined();
    region.state.secretPolicies = { [ARN]: permitted };
    expect(await dialect.keepSettings(shell, {}, node, kept)).toEqual({ kept: [name] });
    expect(JSON.parse(region.state.secrets[ARN] ?? "")).toEqual({ [name]: "lab-encryption-password" });
    expect(region.verdict()).toMatchObject({ secretsShown: 0, violations: [] });

    await expect(
      dialect.keepSettings(shell, {}, node, { secretArn: ARN, names: [name, "TFE_NOT_SET"] }),
    ).rejects.toMatchObject({
      code: "NODE_COMMAND_FAILED",
      detail: expect.stringContaining('these settings are not set: ["TFE_NOT_SET"]') as string,
    });
  },
);
