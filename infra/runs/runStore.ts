/** Where runs are kept: one rule for the stack program and the orchestrator, so that both look at the same lease. Pure. */
import path from "node:path";
import type { AwsPlace } from "../awsSdk";
import { RUNS_DIR_ENV } from "../contract";
import { isLabStack } from "./clockScale";

/** A folder of runs, or a bucket with the beginning of their keys; either holds one folder a stack. */
export type RunStoreLocation =
  | { readonly kind: "folder"; readonly dir: string }
  | { readonly kind: "s3"; readonly bucket: string; readonly prefix: string; readonly aws?: AwsPlace };

/** `s3://<bucket>[/<prefix>]`; no part of the prefix is empty or only dots. */
const S3_URL = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/(?!\.+(?:\/|$))[\w.=+@-]+)*)\/?$/;

export interface RunStoreSetting {
  readonly stack: string;
  /** `tfe:runStore` of the stack. */
  readonly configured: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Relative folders start there. */
  readonly projectRoot: string;
}

/**
 * The absolute folder or the `s3://` URL of the runs: what the stack says, else `.tfe-repave` in the project. Only a lab's are where
 * the environment says (`TFE_REPAVE_RUNS_DIR`): whoever could lead another stack elsewhere would pass its lease.
 */
export function whereRunsAre({ stack, configured, env, projectRoot }: RunStoreSetting): string {
  const where = configured ?? ((isLabStack(stack) && env[RUNS_DIR_ENV]) || ".tfe-repave");
  return isUrl(where) ? where : path.resolve(projectRoot, where);
}

/** Throws where it is the URL of something else than a bucket. `aws`: from where, and as whom, a bucket is asked. */
export function parseRunStore(where: string, aws?: AwsPlace): RunStoreLocation {
  if (!isUrl(where)) return { kind: "folder", dir: where };
  const [, bucket, prefix = ""] = S3_URL.exec(where) ?? [];
  if (bucket === undefined) throw new Error(`The run store must be a folder or s3://bucket/prefix, not ${where}`);
  return { kind: "s3", bucket, prefix: prefix.slice(1), ...(aws === undefined ? {} : { aws }) };
}

/** Whether this can be configured: a folder, or the URL of a bucket. */
export const RUN_STORE_PATTERN = new RegExp(`^(?!\\w+://)\\S(.*\\S)?$|${S3_URL.source}`);

/** Key or path of a part of the stack's runs, below bucket or folder. */
export function runsPath(prefix: string, ...names: readonly string[]): string {
  return [prefix, ...names].filter((part) => part !== "").join("/");
}

const isUrl = (where: string): boolean => /^\w+:\/\//.test(where);
