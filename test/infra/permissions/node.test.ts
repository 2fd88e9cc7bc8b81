import { gunzipSync } from "node:zlib";
import { parseConfig } from "../../../infra/config/index";
import { nodeNeeds, nodeStatements } from "../../../infra/permissions/node";
import { policyDocument } from "../../../infra/permissions/statement";
import { nodeKind } from "../../../infra/nodes/index";
import { renderUserData } from "../../../infra/nodes/replicated/userData";
import { boot, canBoot } from "../../support/firstBoot";
import { actionsOf, allows, type Request } from "../../support/iam";
import { fdoSecrets, REGISTRY_SECRET_ARN, RUNTIMES } from "../../support/fdoBoot";
import { CONTAINER, rawConfig, SECRET_ARNS } from "../../support/stackConfig";

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
  // Only its region is in the line; IAM takes no resource for it.
  if (line.startsWith("aws ecr get-login-password ")) return { action: "ecr:GetAuthorizationToken", resource: "*" };
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

const ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/apps/tfe";
/** What a runtime asks an ECR for when it pulls (Amazon ECR: IAM policies for pulling an image). */
const PULLS = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

(canBoot ? describe : describe.skip)("the policy of the role of a node with a container", () => {
  async function requestsOf(change: Readonly<Record<string, string>>): Promise<readonly Request[]> {
    const container = {
      ...parseConfig(rawConfig({ ...CONTAINER, ...change })),
      settingsSecretArn: SECRET_ARNS.settings,
    };
    const policy = policyDocument(nodeStatements(nodeNeeds(container)));
    let requests: readonly Request[] = [];
    const secrets = fdoSecrets({ registry: { username: "robot", password: "x" } });
    await boot(
      gunzipSync(Buffer.from(nodeKind(container).userData(SECRET_ARNS.settings), "base64")).toString(),
      secrets,
      ({ exitCode, calls }) => {
        expect(exitCode).toBe(0);
        requests = calls.filter((line) => line.startsWith("aws ")).map(requestOf);
      },
      { commands: RUNTIMES },
    );
    expect(requests.filter((request) => !allows(policy, request))).toEqual([]);
    // And nothing besides: every action is asked for, or is the runtime's own.
    const asked = new Set(requests.map(({ action }) => action));
    expect(actionsOf(policy.Statement).filter((action) => !asked.has(action))).toEqual(
      "imageRepository" in change && change["imageRepository"] === ECR && !("registrySecretArn" in change) ? PULLS : [],
    );
    return requests;
  }

  it("reads its secrets, and that of its registry where it has one", async () => {
    const read = await requestsOf({});
    expect(read).toHaveLength(5);
    const more = await requestsOf({
      imageRepository: "registry.example.com/tfe",
      registrySecretArn: REGISTRY_SECRET_ARN,
    });
    expect(more.map(({ resource }) => resource)).toContain(REGISTRY_SECRET_ARN);
  });

  it("logs in to an ECR, and pulls from the one repository in the account that has it", async () => {
    expect(await requestsOf({ imageRepository: ECR })).toContainEqual({
      action: "ecr:GetAuthorizationToken",
      resource: "*",
    });
    const container = parseConfig(rawConfig({ ...CONTAINER, imageRepository: ECR }));
    const pulls = nodeStatements(nodeNeeds({ ...container, settingsSecretArn: SECRET_ARNS.settings })).find(
      ({ Sid }) => Sid === "PullImage",
    );
    expect(pulls).toMatchObject({
      Action: PULLS,
      Resource: ["arn:aws:ecr:eu-west-1:123456789012:repository/apps/tfe"],
    });
  });

  it("asks an ECR for nothing where a secret opens it", async () => {
    const asked = await requestsOf({ imageRepository: ECR, registrySecretArn: REGISTRY_SECRET_ARN });
    expect(asked.filter(({ action }) => action.startsWith("ecr:"))).toEqual([]);
  });
});
