import { parseConfig } from "../../../infra/config/index";
import { nodeNeeds, nodeStatements } from "../../../infra/permissions/node";
import { policyDocument } from "../../../infra/permissions/statement";
import { renderUserData } from "../../../infra/nodes/replicated/userData";
import { boot, canBoot } from "../../support/firstBoot";
import { actionsOf, allows, type Request } from "../../support/iam";
import { rawConfig, SECRET_ARNS } from "../../support/stackConfig";

const parsed = parseConfig(
  rawConfig({
    caBundleSecretArn: SECRET_ARNS.caBundle,
    bucket: "tfe-objects",
    kmsKeyArn: "arn:aws:kms:eu-central-1:123456789012:key/1",
    airgapPackageUrl: "s3://packages/tfe-642.airgap",
    airgapInstallerUrl: "s3://packages/replicated.tar.gz",
  }),
);
const config = { ...parsed, settingsSecretArn: SECRET_ARNS.settings };
const statements = nodeStatements(nodeNeeds(config));

/** What the application does by itself, which no script shows: it keeps its objects in the bucket, under the key. */
const APPLICATIONS_OWN = ["ListOwnBucket", "UseOwnObjects", "UseOwnKey"];

/** What IAM is asked for a line `aws <words>` of the user data. */
function requestOf(line: string): Request {
  const words = line.split(" ");
  const after = (flag: string): string => words[words.indexOf(flag) + 1] ?? "";
  if (line.startsWith("aws secretsmanager get-secret-value ")) {
    return { action: "secretsmanager:GetSecretValue", resource: after("--secret-id") };
  }
  const source = words.find((word) => word.startsWith("s3://"));
  if (line.startsWith("aws s3 cp ") && source !== undefined) {
    return { action: "s3:GetObject", resource: `arn:aws:s3:::${source.slice("s3://".length)}` };
  }
  throw new Error(`Which permission does a node need for: ${line}`);
}

(canBoot ? describe : describe.skip)("the policy of a node's role", () => {
  let requests: readonly Request[];
  beforeAll(async () => {
    const text = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    const names = Object.values(SECRET_ARNS).map((arn) => arn.split("/").at(-1) ?? "");
    const secrets = Object.fromEntries(names.map((name) => [name, /settings/.test(name) ? "{}" : text]));
    const licence = { [SECRET_ARNS.license.split("/").at(-1) ?? ""]: "bGljZW5jZQ==" };
    await boot(renderUserData(config), { ...secrets, ...licence }, ({ calls }) => {
      requests = calls.filter((line) => line.startsWith("aws ")).map(requestOf);
    });
  });

  it("allows every call to AWS that its first boot makes", () => {
    expect(requests.length).toBeGreaterThanOrEqual(6);
    expect(requests.filter((request) => !allows(policyDocument(statements), request))).toEqual([]);
  });

  it("names nothing besides but what the application does with its bucket and its key", () => {
    const boots = statements.filter(({ Sid }) => !APPLICATIONS_OWN.includes(Sid));
    expect(actionsOf(boots)).toEqual([...new Set(requests.map(({ action }) => action))].sort());
    const resources = boots.flatMap(({ Resource }) => Resource);
    expect([...resources].sort()).toEqual([...new Set(requests.map(({ resource }) => resource))].sort());
  });
});
