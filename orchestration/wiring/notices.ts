import type { AwsPlace } from "../../infra/awsSdk";
import type { StackConfig } from "../../infra/config/index";
import type { Channel } from "../adapters/notify/channel";
import { notifier, type Notifier, type NotifierOptions } from "../adapters/notify/notifier";
import { pagerDutyChannel } from "../adapters/notify/pagerDuty";
import { secretText } from "../adapters/notify/secret";
import { slackChannel } from "../adapters/notify/slack";
import { snsChannel } from "../adapters/notify/sns";
import { teamsChannel } from "../adapters/notify/teams";
import { webhookChannel } from "../adapters/notify/webhook";

/** Environment: URLs of the webhooks of Slack and Teams, and keys of the others, where they are not in Secrets Manager. */
export const SLACK_URL_ENV = "TFE_REPAVE_SLACK_WEBHOOK_URL";
export const TEAMS_URL_ENV = "TFE_REPAVE_TEAMS_WEBHOOK_URL";
export const PAGERDUTY_KEY_ENV = "TFE_REPAVE_PAGERDUTY_SECRET";
export const WEBHOOK_KEY_ENV = "TFE_REPAVE_WEBHOOK_SECRET";

type Keys = Pick<
  StackConfig,
  | "notifySlackSecretArn"
  | "notifyTeamsSecretArn"
  | "notifyPagerDutySecretArn"
  | "notifyPagerDutyRegion"
  | "notifyWebhookUrl"
  | "notifyWebhookSecretArn"
  | "notifyTopicArn"
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
  const teamsUrl = secret(env[TEAMS_URL_ENV], config.notifyTeamsSecretArn, aws);
  if (teamsUrl) channels.push(teamsChannel({ url: teamsUrl }));
  const pagerDutyKey = secret(env[PAGERDUTY_KEY_ENV], config.notifyPagerDutySecretArn, aws);
  if (pagerDutyKey) channels.push(pagerDutyChannel({ key: pagerDutyKey, ...PAGERDUTY[config.notifyPagerDutyRegion] }));
  if (notifyWebhookUrl !== undefined && key)
    channels.push(webhookChannel({ url: notifyWebhookUrl, key, now: Date.now }));
  if (notifyWebhookUrl !== undefined && !key) {
    const remedy = `set tfe:notifyWebhookSecretArn or ${WEBHOOK_KEY_ENV}`;
    problems.push(`notices are not sent to tfe:notifyWebhookUrl: no signing key is set (${remedy})`);
  }
  if (notifyTopicArn !== undefined) channels.push(snsChannel({ ...aws, topicArn: notifyTopicArn }));
  return { channels, problems };
}

/** Where the Events API of an account is, by its service region. */
const PAGERDUTY = { us: {}, eu: { origin: "https://events.eu.pagerduty.com" } } as const;

/** The environment comes first: it belongs to the machine that runs the command. */
function secret(
  given: string | undefined,
  arn: string | undefined,
  aws: AwsPlace,
): (() => Promise<string>) | undefined {
  if (given !== undefined && given !== "") return () => Promise.resolve(given);
  return arn === undefined ? undefined : secretText(arn, aws);
}
