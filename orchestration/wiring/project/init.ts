import { relative } from "node:path";
import { projectAbove } from "../../../infra/project";
import { readProjectFile, replaceProjectFile, writeMissing } from "../../adapters/machine/projectFiles";
import { dependsOn, type Package, projectFiles, withScripts } from "../../init/scaffold";
import { isClone } from "../stacks";

export { ttyQuestions } from "../../adapters/machine/questions";
export { readProjectFile, writeMissing } from "../../adapters/machine/projectFiles";

/** Where `init` works. */
export interface InitPlace {
  readonly root: string;
  /** Whether the tool's own sources are there: a clone is a project already. */
  readonly isClone: boolean;
}

/** The project that the working directory is in, or the working directory, which becomes one. */
export function initPlace(): InitPlace {
  const root = projectAbove(process.cwd()) ?? process.cwd();
  return { root, isClone: isClone(root) };
}

/** Path of the schema for editors, from the folder of the stack files. */
export const schemaPath = ({ isClone: clone }: Pick<InitPlace, "isClone">): string =>
  clone ? "./schema/stack.schema.json" : "./node_modules/tfe-repave/schema/stack.schema.json";

/** What became of a file. */
export interface Placed {
  readonly path: string;
  readonly state: "written" | "kept" | "extended";
}

/** Writes what the project lacks. Of an existing package.json only missing scripts are added. Throws `PROJECT_UNWRITABLE`. */
export async function completeProject({ root, isClone: clone }: InitPlace, tool: Package): Promise<readonly Placed[]> {
  if (clone) return [];
  const placed: Placed[] = [];
  for (const { path, text } of projectFiles(tool)) {
    const written = await writeMissing(root, path, text);
    placed.push({ path, state: written ? "written" : await extended(root, path, tool) });
  }
  return placed;
}

async function extended(root: string, path: string, tool: Package): Promise<Placed["state"]> {
  if (path !== "package.json") return "kept";
  const more = withScripts((await readProjectFile(root, path)) ?? "", tool);
  if (more === undefined) return "kept";
  await replaceProjectFile(root, path, more.text);
  return "extended";
}

/** Whether the project has the tool among its dependencies. */
export const isInstalled = async ({ root }: InitPlace, name: string): Promise<boolean> =>
  dependsOn((await readProjectFile(root, "package.json")) ?? "", name);

/** A folder as a person at the working directory writes it. */
export const fromHere = (root: string): string => relative(process.cwd(), root) || ".";
