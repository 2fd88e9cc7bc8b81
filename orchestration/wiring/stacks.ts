import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { RawConfig, StackConfig } from "../../infra/config/index";
import { AWS_VARIABLES_IN_THE_WAY, LAB_STACK, type LabSession } from "../../lab/session";
import { rawConfigIn, stackConfigOf } from "../adapters/pulumi/stackFile";
import { RepaveError } from "../domain/errors";

export const PROJECT_ROOT = resolve(__dirname, "../..");

/** Where the lab keeps its stack file, state and runs; git ignores it. */
export const labDir = (): string => resolve(process.env["TFE_REPAVE_LAB_DIR"] ?? join(PROJECT_ROOT, ".lab"));

/** Points this process at the lab, by the environment that every SDK and the Pulumi CLI read. */
export function useLab(lab: Pick<LabSession, "env">): void {
  for (const name of AWS_VARIABLES_IN_THE_WAY) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, lab.env);
}

/** `Pulumi.<stack>.yaml`: in the project, or in the lab's folder. */
const stackFileOf = (stackName: string): string =>
  join(stackName === LAB_STACK ? labDir() : PROJECT_ROOT, `Pulumi.${stackName}.yaml`);

/** A stack as its file describes it. */
export interface StackFile {
  readonly file: string;
  readonly raw: RawConfig;
  readonly config: StackConfig;
}

/** Reads and checks the stack's file. Throws `STACK_UNKNOWN`, `STACK_CONFIG_INVALID`. */
export function readStack(stackName: string): StackFile {
  const file = stackFileOf(stackName);
  if (!existsSync(file)) {
    throw new RepaveError(
      "STACK_UNKNOWN",
      `${stackName}: ${file} does not exist. Known stacks: ${knownStacks().join(", ") || "none"}`,
    );
  }
  const raw = rawConfigIn(readFileSync(file, "utf8"));
  return { file, raw, config: stackConfigOf(raw) };
}

/** Stacks that have a file in the project; the lab's is elsewhere. */
function knownStacks(): readonly string[] {
  return readdirSync(PROJECT_ROOT).flatMap((name) => {
    const stack = /^Pulumi\.([\w-]+)\.yaml$/.exec(name)?.[1];
    return stack === undefined || stack === "example" || stack === LAB_STACK ? [] : [stack];
  });
}

/** Without --stack there must be just one to mean. */
export function onlyStack(): string {
  const known = knownStacks();
  const [only] = known;
  if (only !== undefined && known.length === 1) return only;
  throw new RepaveError(
    "STACK_UNKNOWN",
    known.length === 0 ? "this project has no stack file" : `choose one of ${known.join(", ")}`,
  );
}
