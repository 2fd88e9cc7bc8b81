import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { RawConfig, StackConfig } from "../../infra/config/index";
import { ORCHESTRATOR, PROJECT } from "../../infra/contract";
import { projectAbove } from "../../infra/project";
import { whereRunsAre } from "../../infra/runs/runStore";
import { AWS_VARIABLES_IN_THE_WAY, isLabStack, LAB_STACK, labFolder, type LabSession } from "../../lab/session";
import { userCache } from "../adapters/machine/userCache";
import { checkedStack } from "../adapters/pulumi/stackProblems";
import { RepaveError } from "../domain/errors";

export { LAB_STACK };

/** Folder of the tool's own sources. */
const SOURCES = resolve(__dirname, "../..");

/**
 * Folder of the operator's project: the nearest one upwards from the working directory, else the clone that the tool runs from. Where
 * there is neither, the working directory: the lab needs no project.
 */
export const projectRoot = (): string => projectAbove(process.cwd()) ?? (isClone(SOURCES) ? SOURCES : process.cwd());

/** Whether the tool's sources are in this folder, which is then the project as well. */
export const isClone = (folder: string): boolean => existsSync(join(folder, ORCHESTRATOR.entry));

/** Where the lab keeps its stack file, state and runs, and where the labs of other stacks are; git ignores it. */
export const labDir = (): string => resolve(process.env["TFE_REPAVE_LAB_DIR"] ?? join(projectRoot(), ".lab"));

/**
 * The lab of a stack: a name and a folder; undefined: the stack is none. Throws `STACK_CONFIG_INVALID` where the project has a file for
 * a stack of that name: whoever wrote it means a real one, and a simulation would be taken for it.
 */
export function labOf(
  stackName: string,
  root = projectRoot(),
): { readonly stack: string; readonly dir: string } | undefined {
  const stack = plainStackName(stackName);
  if (!isLabStack(stack)) return undefined;
  const file = join(root, `Pulumi.${stack}.yaml`);
  // A `pulumi` in the lab that was not told --config-file leaves this one; git ignores it.
  if (stack !== LAB_STACK && existsSync(file))
    throw new RepaveError(
      "STACK_CONFIG_INVALID",
      `${file}: the names lab and lab-… are those of simulated stacks. Rename the stack (\`pulumi stack rename\`) and its file, or remove the file`,
    );
  return { stack, dir: labFolder(labDir(), stack) };
}

/** Whether the stack is a lab, by its name. */
export const isLab = (stackName: string): boolean => isLabStack(plainStackName(stackName));

/** Where this machine keeps the host keys that it learned. Ids of instances are unique in AWS; those of a lab are in its folder. */
export const hostKeysDir = (stack: string): string =>
  join(labOf(stack)?.dir ?? userCache(process.env, process.platform), "host-keys");

/** Points this process at the lab, by the environment that every SDK and the Pulumi CLI read. */
export function useLab(lab: Pick<LabSession, "env">): void {
  for (const name of AWS_VARIABLES_IN_THE_WAY) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, lab.env);
}

/**
 * The name of a stack within the project: of files, runs and resources. The engine takes `organisation/project/stack` and
 * `organisation/stack` as well. Throws `STACK_OTHER_PROJECT`, and `STACK_UNKNOWN` for what is no name of a stack.
 */
export function plainStackName(stack: string): string {
  const parts = stack.split("/");
  const name = parts.at(-1) ?? "";
  if (parts.length > 3 || parts.some((part) => !/^[\w.-]+$/.test(part) || /^\.+$/.test(part)))
    throw new RepaveError("STACK_UNKNOWN", `${JSON.stringify(stack)} is not the name of a stack`);
  const project = parts.length === 3 ? parts[1] : PROJECT;
  if (project === PROJECT) return name;
  throw new RepaveError("STACK_OTHER_PROJECT", `${stack}: this project is ${PROJECT}, not ${project ?? ""}`);
}

/** `Pulumi.<stack>.yaml`: in the project, or in its lab's folder. */
export function stackFileOf(stack: string): string {
  const name = plainStackName(stack);
  return join(labOf(name)?.dir ?? projectRoot(), `Pulumi.${name}.yaml`);
}

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
  return { file, ...checkedStack(file, readFileSync(file, "utf8")) };
}

/** Where the runs of a stack are: by its plain name, however the operator named it, since the stack program knows no other. */
export const runsDirOf = (
  stackName: string,
  { runStore: configured }: Pick<StackConfig, "runStore">,
  env: NodeJS.ProcessEnv = process.env,
): string => whereRunsAre({ stack: plainStackName(stackName), configured, env, projectRoot: projectRoot() });

/** Stacks that have a file in the project; those of labs are elsewhere. */
export function knownStacks(): readonly string[] {
  return readdirSync(projectRoot()).flatMap((name) => {
    const stack = /^Pulumi\.([\w.-]+)\.yaml$/.exec(name)?.[1];
    return stack === undefined || stack === "example" || isLabStack(stack) ? [] : [stack];
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
