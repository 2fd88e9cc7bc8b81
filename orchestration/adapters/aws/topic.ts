import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { type AwsOptions, clientConfig } from "./clients";
import { callAws } from "./errors";

export interface TopicOptions extends AwsOptions {
  readonly topicArn: string;
}

export interface TopicMessage {
  readonly subject: string;
  readonly text: string;
  /** Subscriptions can be filtered by these. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A topic of SNS. */
export interface Topic {
  /** Publishes once, without repeating it. Throws the signal's reason when it aborts, else errors as of `callAws`. */
  publish(message: TopicMessage, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** A topic in its own region. */
export function snsTopic({ topicArn, ...options }: TopicOptions): Topic {
  const region = topicArn.split(":")[3] ?? "";
  const client = new SNSClient({ ...clientConfig({ ...options, region }), maxAttempts: 1 });
  return {
    close: () => client.destroy(),
    async publish({ subject, text, attributes }, abortSignal) {
      const asText = (StringValue: string) => ({ DataType: "String", StringValue });
      const command = new PublishCommand({
        TopicArn: topicArn,
        Subject: subject,
        Message: text,
        MessageAttributes: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, asText(value)])),
      });
      await callAws("Publish", () => client.send(command, { abortSignal })).catch((thrown: unknown) => {
        abortSignal.throwIfAborted();
        throw thrown;
      });
    },
  };
}
