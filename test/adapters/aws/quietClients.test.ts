import type * as sdk from "@aws-sdk/client-sns";
import type * as clients from "../../../orchestration/adapters/aws/clients";
import type * as secret from "../../../orchestration/adapters/aws/secret";
import type * as topic from "../../../orchestration/adapters/aws/topic";

/** Nobody listens there. */
const NOWHERE = {
  region: "eu-central-1",
  endpoint: "http://127.0.0.1:9",
  credentials: { accessKeyId: "a", secretAccessKey: "b" },
  patience: { maxAttempts: 1, requestHandler: { connectionTimeout: 500, requestTimeout: 500 } },
};
const { version } = process;

beforeEach(() => {
  delete process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"];
  // One that the SDK no longer supports, whatever runs the tests.
  Object.defineProperty(process, "version", { value: "v18.0.0" });
});
afterEach(() => Object.defineProperty(process, "version", { value: version }));

/** Of what is loaded anew, since the SDK warns once. */
async function warnings(make: () => unknown): Promise<readonly string[]> {
  const warned = jest.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  await jest.isolateModulesAsync(async () => {
    await make();
  });
  return warned.mock.calls.map(([text]) => String(text)).filter((text) => text.includes("AWS SDK"));
}

it("no client of ours warns of the version of Node", async () => {
  const made = warnings(() => {
    const { awsClients } = jest.requireActual<typeof clients>("../../../orchestration/adapters/aws/clients");
    awsClients(NOWHERE).destroy();
  });
  expect(await made).toEqual([]);
});

it("nor does that of a topic", async () => {
  const made = warnings(() => {
    const { snsTopic } = jest.requireActual<typeof topic>("../../../orchestration/adapters/aws/topic");
    snsTopic({ topicArn: "arn:aws:sns:eu-central-1:1:t", ...NOWHERE }).close();
  });
  expect(await made).toEqual([]);
});

it("nor does that of a secret", async () => {
  const made = warnings(async () => {
    const { readSecret } = jest.requireActual<typeof secret>("../../../orchestration/adapters/aws/secret");
    await readSecret("arn:aws:secretsmanager:eu-central-1:1:secret:s", NOWHERE).catch(() => undefined);
  });
  expect(await made).toEqual([]);
});

it("a client that is made without our settings would", async () => {
  const made = warnings(() => {
    const { SNSClient } = jest.requireActual<typeof sdk>("@aws-sdk/client-sns");
    new SNSClient(NOWHERE).destroy();
  });
  expect(await made).toHaveLength(1);
});
