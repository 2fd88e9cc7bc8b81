import { chmod, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { ensureEngine } from "../../../orchestration/adapters/pulumi/engine/ensureEngine";
import type { LabFolder } from "./labFolder";

/** An engine that is first on the PATH of the lab's commands, and writes down each of its starts. */
export interface CountedEngine {
  /** What it was started for since the last question: the words before the first option. */
  starts(): Promise<readonly string[]>;
  /** The commands have the PATH that they had. */
  remove(): Promise<void>;
}

export async function countedEngine({ dir, env }: LabFolder): Promise<CountedEngine> {
  const { root } = await ensureEngine();
  const [folder, before] = [join(dir, "counted-engine"), env["PATH"]];
  const [bin, record] = [join(folder, "bin"), join(folder, "starts")];
  await mkdir(bin, { recursive: true });
  await symlink(join(root, "bin", "pulumi-language-nodejs"), join(bin, "pulumi-language-nodejs"));
  const wrapper = join(bin, "pulumi");
  await writeFile(wrapper, `#!/bin/sh\necho "$*" >>'${record}'\nexec '${join(root, "bin", "pulumi")}' "$@"\n`);
  await chmod(wrapper, 0o755);
  env["PATH"] = [bin, before].join(delimiter);
  return {
    async starts() {
      const text = await readFile(record, "utf8").catch(() => "");
      await rm(record, { force: true });
      return text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => line.replace(/ ?-.*$/, ""));
    },
    async remove() {
      env["PATH"] = before;
      await rm(folder, { recursive: true });
    },
  };
}
