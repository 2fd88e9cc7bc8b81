/** The operator's project: the folder of Pulumi.yaml and of the stack files. Runs, reports, jobs and the lab's folder are below it. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { PROJECT } from "./contract";

const FILES = ["Pulumi.yaml", "Pulumi.yml"];

/**
 * The nearest folder, upwards from `from`, with a Pulumi.yaml of this project. The Pulumi CLI searches the same way, so that both
 * mean the same folder and the same lease. A Pulumi.yaml of another project is passed over. Undefined: there is none.
 */
export function projectAbove(from: string): string | undefined {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    if (isProject(folder)) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** Whether the folder has a Pulumi.yaml of this project. */
const isProject = (folder: string): boolean => FILES.some((name) => NAME.test(textOf(path.join(folder, name))));

const NAME = new RegExp(`^name:\\s*(["']?)${PROJECT}\\1\\s*(#.*)?$`, "m");

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
