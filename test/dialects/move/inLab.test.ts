import { DEFAULTS } from "../../../lab/region/defaults";
import { inspectOn, writeOn } from "../../../orchestration/dialects/move/node";
import { FakeClock } from "../../fakes/clock";
import { NO_JOBS, started } from "../../lab/estate";
import { regionShell } from "../../lab/regionShell";

/** The lab's node does what the script does: `script.test.ts` runs the script itself. */
const { secrets } = DEFAULTS;
const VARIABLES = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tfe-repave/lab/variables-a1b2c3";
const NAMES = { enc_password: "TFE_ENCRYPTION_PASSWORD", pg_password: "TFE_DATABASE_PASSWORD" };
const BOOTS = {
  licenseSecretArn: secrets.license,
  tlsCertificateSecretArn: secrets.tlsCertificate,
  environment: {},
};

function aNode() {
  const { region, member } = started({ release: 811, timings: NO_JOBS });
  const clock = new FakeClock(region.state.now);
  clock.onTick = () => region.advance(clock.now());
  const { id: instanceId, privateIp } = member();
  region.state.secrets[VARIABLES] = "";
  return { region, node: { instanceId, privateIp }, member, shell: regionShell(region, clock) };
}

const permitted = JSON.stringify({ Action: ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"] });

test("a node looks at its secrets and at the licence, and changes nothing", async () => {
  const { region, node, member, shell } = aNode();
  const before = { ...region.state.secrets };
  expect(await inspectOn(shell, node, NAMES, BOOTS)).toEqual({
    secrets: undefined,
    licence: undefined,
    authorities: undefined,
    comparison: undefined,
  });
  region.state.secrets[secrets.license] = "H4sIAAAA";
  member().node.settings["pg_password"] = "a\nb";
  expect(await inspectOn(shell, node, NAMES, BOOTS)).toMatchObject({
    secrets: "pg_password: empty, or of several lines",
    licence: `${secrets.license} has a licence for Replicated`,
  });
  region.state.secrets[secrets.license] = before[secrets.license] ?? "";
  expect(region.state.secrets).toEqual(before);
});

test("it writes them where the policy of the secret lets it, and only there", async () => {
  const { region, node, shell } = aNode();
  expect(await writeOn(shell, node, NAMES, VARIABLES, BOOTS)).toEqual({ refused: expect.any(String) as string });
  region.state.secretPolicies = { [VARIABLES]: permitted };
  expect(await writeOn(shell, node, NAMES, VARIABLES, BOOTS)).toEqual({
    kept: ["TFE_DATABASE_PASSWORD", "TFE_ENCRYPTION_PASSWORD"],
  });
  expect(JSON.parse(region.state.secrets[VARIABLES] ?? "")).toEqual({
    TFE_DATABASE_PASSWORD: "lab-database-password",
    TFE_ENCRYPTION_PASSWORD: "lab-encryption-password",
  });
  expect(region.verdict()).toMatchObject({ secretsShown: 0, violations: [] });
});
