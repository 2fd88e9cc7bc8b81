import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { secretText } from "../../orchestration/adapters/notify/secret";
import { snsChannel } from "../../orchestration/adapters/notify/sns";
import type { Notice } from "../../orchestration/domain/notice";

const options = {
  endpoint: process.env["MOTO_URL"] ?? "",
  region: "eu-west-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
};
const NOTICE: Notice = {
  schema: 1,
  kind: "done",
  stack: "prod",
  runId: "run-1",
  at: "2026-11-23T02:00:00.000Z",
  title: "Terraform Enterprise prod: done",
  lines: ["Release 642 (v202207-2)."],
  outageSeconds: 477,
  nodeBuildSeconds: 383,
  code: null,
  changeNumber: null,
};
const NEVER = new AbortController().signal;

interface Sent {
  readonly id: string;
  readonly notice: Notice;
}
const delivery: Sent = { id: "msg-1", notice: NOTICE };

/** What moto remembers of a topic: message id, text, subject, attributes. */
async function sentTo(topicArn: string): Promise<readonly (readonly unknown[])[]> {
  const answer = await fetch(`${options.endpoint}/moto-api/data.json`);
  const { sns } = (await answer.json()) as {
    sns: { Topic: readonly { arn: string; sent_notifications: unknown[][] }[] };
  };
  return sns.Topic.find(({ arn }) => arn === topicArn)?.sent_notifications ?? [];
}

it("a topic takes a notice with its attributes", async () => {
  const client = new SNSClient(options);
  const { TopicArn: topicArn = "" } = await client.send(new CreateTopicCommand({ Name: "tfe-notices" }));
  client.destroy();
  const channel = snsChannel({ ...options, topicArn });
  await channel.send(delivery, NEVER);
  await expect(channel.send({ ...delivery, id: "msg-2" }, NEVER)).resolves.toBeUndefined();
  channel.close();
  const sent = await sentTo(topicArn);
  const message = "Terraform Enterprise prod: done\n\nRelease 642 (v202207-2).";
  const attributes = { kind: { Type: "String", Value: "done" }, stack: { Type: "String", Value: "prod" } };
  const one = [message, "Terraform Enterprise prod: done", attributes];
  expect(sent.map(([, ...facts]) => facts.slice(0, 3))).toEqual([one, one]);
});

it("a topic that is not there is refused for good", async () => {
  const channel = snsChannel({ ...options, topicArn: "arn:aws:sns:eu-west-1:123456789012:nobodys" });
  await expect(channel.send(delivery, NEVER)).rejects.toMatchObject({ name: "Undeliverable", isFinal: true });
  channel.close();
});

it("the address of a webhook is read from its secret", async () => {
  const client = new SecretsManagerClient(options);
  const url = "https://hooks.example.com/T0";
  const { ARN: arn = "" } = await client.send(new CreateSecretCommand({ Name: "slack", SecretString: `${url}\n` }));
  client.destroy();
  expect(await secretText(arn, options)()).toBe(url);
});
