import type { StackConfig } from "../../infra/config/index";
import type { BuiltServices } from "../../infra/contract";
import { nodeKind } from "../../infra/nodes/index";
import { nodeNeeds } from "../../infra/permissions/node";
import { parseCalendar } from "../domain/window/calendar";
import { alarmName } from "../domain/proof/alarm";
import type { ImageSource } from "../domain/image";
import type { BootsFrom } from "../ports/moving";
import { DEFAULT_POLICY, type Policy } from "../run/policy";

const MINUTE = 60_000;

/** The bounds and intervals of a run, with what the stack's own configuration says, or what it built. */
export function policyFrom(config: StackConfig, built: BuiltServices | undefined): Policy {
  return {
    ...DEFAULT_POLICY,
    imageSource: imageSource(config),
    backup: {
      ...DEFAULT_POLICY.backup,
      databaseId: built?.databaseId ?? config.databaseId,
      bucket: built?.bucket ?? config.bucket,
      snapshot: config.backup === "snapshot",
    },
    bootProof: { mode: config.bootProof, ...bootsFrom(config, built) },
    prepare: { ...DEFAULT_POLICY.prepare, prewarm: config.prewarm },
    zero: { ...DEFAULT_POLICY.zero, means: config.zeroMeans },
    smoke: {
      ...DEFAULT_POLICY.smoke,
      always: config.smoke === "always" && config.smokeWorkspace !== undefined,
      applies: config.smokeApply,
      timeoutMs: config.smokeMinutes * MINUTE,
    },
    soakMs: config.soakMinutes * MINUTE,
    alarms: {
      ...DEFAULT_POLICY.alarms,
      names: config.alarms.map(alarmName),
      setOff: config.alarmsSetOff.map(alarmName),
    },
    targetGroup: config.targetGroupArn === undefined ? "built" : "given",
    calendar: parseCalendar(config.windows, config.freeze),
  };
}

/** Secrets and downloads of a node's first boot. */
export function bootsFrom(config: StackConfig, built: BuiltServices | undefined): BootsFrom {
  // Given, or built: a stack that is built has one.
  const nodes = nodeKind(config);
  const settingsSecretArn = built?.settingsSecretArn ?? config.settingsSecretArn ?? "";
  return {
    secretArns: nodeNeeds({ ...config, settingsSecretArn }).secretArns.filter((arn) => arn !== ""),
    sources: nodes.sources,
    missingDigests: nodes.missingDigests,
    ...(settingsSecretArn === ""
      ? {}
      : { settings: { secretArn: settingsSecretArn, given: Object.keys(nodes.settings) } }),
  };
}

function imageSource({ imageParameter, imageOwner, imageName }: StackConfig): ImageSource | undefined {
  // As launch templates spell a parameter.
  if (imageParameter !== undefined) return { kind: "parameter", name: imageParameter.replace(/^resolve:ssm:/, "") };
  if (imageOwner === undefined || imageName === undefined) return undefined;
  return { kind: "filter", owner: imageOwner, name: imageName };
}
