import { parseConfig } from "../../../infra/config/index";
import { scopeOf, type Scope, type Whereabouts } from "../../../infra/permissions/scope";
import { parseRunStore } from "../../../infra/runs/runStore";
import { rawConfig, SECRET_ARNS } from "../../support/stackConfig";

export const TOPIC = "arn:aws:sns:eu-central-1:123456789012:tfe";
export const SLACK_SECRET = SECRET_ARNS.settings.replace("settings", "slack");

export const OBJECTS = "tfe-objects";

const EVERYTHING = {
  bucket: OBJECTS,
  databaseId: "tfe-db",
  backup: "snapshot",
  runStore: "s3://runs/tfe",
  imageParameter: "/tfe/base-image",
  notifySlackSecretArn: SLACK_SECRET,
  notifyTopicArn: TOPIC,
  alarms: '["tfe-5xx"]',
};

/** A stack named `test` that uses all there is, with its runs in a bucket; changed as a test needs it. */
export function scope(change: Readonly<Record<string, string | undefined>> = {}, at: Whereabouts = {}): Scope {
  const config = parseConfig(rawConfig({ ...EVERYTHING, ...change }));
  return scopeOf("test", config, parseRunStore(config.runStore ?? "/runs"), at);
}
