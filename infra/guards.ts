/** What must hold before the program declares anything: a valid configuration, and no other run on the stack. */
import * as pulumi from "@pulumi/pulumi";
import { awsPlace } from "./awsSdk";
import { CONFIG_KEYS, parseConfig, type StackConfig } from "./config/index";
import { FENCING_TOKEN_ENV, PROJECT } from "./contract";
import { staleness } from "./runs/buildRecord";
import { CLOCK_ENV, type ClockScale, clockScaleOf, isLabStack, timeOn } from "./runs/clockScale";
import { objection, parseSecret } from "./runs/lease";
import { parseRunStore, whereRunsAre } from "./runs/runStore";
import { readably, refusal } from "./refusal";

export interface GuardOptions {
  /** Folder of package.json and Pulumi.yaml; relative paths of the configuration start there. */
  readonly projectRoot: string;
  /** Where runs are kept: a folder or `s3://bucket/prefix`. Default: see `whereRunsAre`. */
  readonly runsDir?: string;
  /** Secret of the run on whose behalf the program works. Default: `TFE_REPAVE_FENCING_TOKEN`. */
  readonly fencingSecret?: string;
}

/** The configuration of the stack at hand. Throws a `pulumi.RunError`, which the engine prints without a stack trace. */
export function readConfig(): StackConfig {
  return readably(() => {
    const encrypted = CONFIG_KEYS.map((key) => `${PROJECT}:${key}`).filter(isSecret);
    if (encrypted.length > 0) {
      throw new Error(
        `${encrypted.join(", ")} must not be encrypted: its value ends up in user data, outputs and reports. ` +
          "No key of this project holds a secret. Keep secrets in Secrets Manager and configure their ARNs.",
      );
    }
    return parseConfig(pulumi.runtime.allConfig());
  });
}

/** The scale of the stack's clock. Throws where a lab's is set for another stack: leases would seem to have run out. */
function scaleFor(stack: string, env: NodeJS.ProcessEnv): ClockScale {
  if (!isLabStack(stack) && env[CLOCK_ENV])
    throw new Error(`${CLOCK_ENV} is a lab's clock, and ${stack} is not a lab. Unset it, or use a new shell.`);
  return clockScaleOf(env);
}

/** Refuses an update of a stack that another run holds, or from a file that is behind; a preview changes nothing, so it only warns. */
export async function refuseWhileHeld(config: StackConfig, options: GuardOptions, env = process.env): Promise<void> {
  const { projectRoot } = options;
  const guard = readably(() => ({
    stack: pulumi.getStack(),
    runs: parseRunStore(
      whereRunsAre({ stack: pulumi.getStack(), configured: options.runsDir ?? config.runStore, env, projectRoot }),
      awsPlace(pulumi.runtime.allConfig()),
    ),
    fencingSecret: options.fencingSecret ?? parseSecret(env[FENCING_TOKEN_ENV]),
    now: timeOn(scaleFor(pulumi.getStack(), env)),
  }));
  // A run brings the file up to date by itself; a person must not go back by accident.
  const isRun = guard.fencingSecret !== undefined;
  const reason = (await objection(guard)) ?? (isRun ? undefined : await staleness(config, guard.runs, guard.stack));
  if (reason === undefined) return;
  if (!pulumi.runtime.isDryRun()) throw refusal(reason);
  void pulumi.log.warn(`${reason}\n(An update would be refused now.)`);
}

/** The SDK knows which keys are encrypted and has no public way to ask (its version is pinned). */
function isSecret(key: string): boolean {
  return (pulumi.runtime as unknown as { isConfigSecret(key: string): boolean }).isConfigSecret(key);
}
