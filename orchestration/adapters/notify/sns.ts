import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { awsError } from "../aws/errors";
import { type Channel, Undeliverable } from "./channel";
import type { AwsOptions } from "../aws/clients";

export interface SnsOptions extends AwsOptions {
  readonly topicArn: string;
}

/** Subjects are ASCII of less than 100 characters (SNS API reference, Publish). */
const subject = (title: string): string =>
  title
    .replace("→", "->")
    .replace(/[^\x20-\x7e]+/g, " ")
    .slice(0, 99);

/** A topic of SNS, in its own region. Subscriptions can be filtered by the attributes `kind` and `stack`. */
export function snsChannel({ topicArn, ...options }: SnsOptions): Required<Channel> {
  const region = topicArn.split(":")[3] ?? "";
  const client = new SNSClient({ ...options, region, maxAttempts: 1 });
  return {
    name: "sns",
    close: () => client.destroy(),
    async send({ notice }, abortSignal) {
      const text = (StringValue: string) => ({ DataType: "String", StringValue });
      const message = new PublishCommand({
        TopicArn: topicArn,
        Subject: subject(notice.title),
        Message: [notice.title, "", ...notice.lines].join("\n"),
        MessageAttributes: { kind: text(notice.kind), stack: text(notice.stack) },
      });
      try {
        await client.send(message, { abortSignal });
      } catch (thrown) {
        abortSignal.throwIfAborted();
        const { code, detail } = awsError("Publish", thrown);
        throw new Undeliverable(detail, code === "AWS_REFUSED");
      }
    },
  };
}
