import type { AwsPlace } from "../../infra/awsSdk";
import type { StackConfig } from "../../infra/config/index";
import type { Channel } from "../adapters/notify/channel";
import { notifier, type Notifier, type NotifierOptions } from "../adapters/notify/notifier";
import { secretText } from "../adapters/notify/secret";
import { slackChannel } from "../adapters/notify/slack";
import { snsChannel } from "../adapters/notify/sns";
import { webhookChannel } from "../adapters/notify/webhook";

/** Environment: URL of the Slack webhook and key of the other one, where they are not in Secrets Manager. */
export const SLACK_URL_ENV = "TFE_REPAVE_SLACK_WEBHOOK_URL";
export const WEBHOOK_KEY_ENV = "TFE_REPAVE_WEBHOOK_SECRET";

type Keys = Pick<
  StackConfig,
  "notifySlackSecretArn" | "notifyWebhookUrl" | "notifyWebhookSecretArn" | "notifyTopicArn"
>;

export interface NoticeOptions extends Omit<NotifierOptions, "channels"> {
  /** The clients that read secrets and publish to topics, each in the region of its ARN. */
  readonly aws: AwsPlace;
}

/** The receivers of a stack's notices. Nothing is read before the first notice. */
export function stackNotifier(config: Keys, options: NoticeOptions): Notifier {
  const { channels, problems } = stackChannels(config, options);
  for (const problem of problems) options.problem(problem);
  return notifier({ ...options, channels });
}

/** The channels that a stack configures, and why one that it names cannot be used. */
export function stackChannels(
  config: Keys,
  { aws, env }: Pick<NoticeOptions, "aws" | "env">,
): { readonly channels: readonly Channel[]; readonly problems: readonly string[] } {
  const { notifySlackSecretArn, notifyWebhookUrl, notifyWebhookSecretArn, notifyTopicArn } = config;
  const slackUrl = secret(env[SLACK_URL_ENV], notifySlackSecretArn, aws);
  const key = secret(env[WEBHOOK_KEY_ENV], notifyWebhookSecretArn, aws);
  const channels: Channel[] = [];
  const problems: string[] = [];
  if (slackUrl) channels.push(slackChannel({ url: slackUrl }));
  if (notifyWebhookUrl !== undefined && key)
    channels.push(webhookChannel({ url: notifyWebhookUrl, key, now: Date.now }));
  if (notifyWebhookUrl !== undefined && !key) {
    const remedy = `set tfe:notifyWebhookSecretArn or ${WEBHOOK_KEY_ENV}`;
    problems.push(`notices are not sent to tfe:notifyWebhookUrl: no signing key is set (${remedy})`);
  }
  if (notifyTopicArn !== undefined) channels.push(snsChannel({ ...aws, topicArn: notifyTopicArn }));
  return { channels, problems };
}

/** The environment comes first: it belongs to the machine that runs the command. */
function secret(
  given: string | undefined,
  arn: string | undefined,
  aws: AwsPlace,
): (() => Promise<string>) | undefined {
  if (given !== undefined && given !== "") return () => Promise.resolve(given);
  return arn === undefined ? undefined : secretText(arn, aws);
}
