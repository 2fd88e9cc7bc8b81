import { createHash } from "node:crypto";
import { access, constants, mkdir, stat, symlink } from "node:fs/promises";
import { basename, delimiter, dirname, join, resolve } from "node:path";

/** The executable that a shell would run for this word; undefined where PATH has none. */
export async function findOnPath(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (env["PATH"] ?? "").split(delimiter).filter((entry) => entry !== "")) {
    const candidate = resolve(folder, name);
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/**
 * A folder in which `bin/` is the executable's own folder. The Automation API takes an engine from `<root>/bin` only; where
 * the executable lives elsewhere (a version manager's shims), a root with a link is made in the cache. The folder is linked
 * and not the file: the language host is looked for beside the engine.
 */
export async function rootOf(executable: string, cache: string): Promise<string> {
  const folder = dirname(executable);
  if (basename(folder) === "bin") return dirname(folder);
  const root = join(cache, `path-${createHash("sha256").update(folder).digest("hex").slice(0, 12)}`);
  await mkdir(root, { recursive: true });
  await symlink(folder, join(root, "bin")).catch((thrown: unknown) => {
    // The name holds the folder's digest: a link that is already there leads to the same place.
    if ((thrown as NodeJS.ErrnoException).code !== "EEXIST") throw thrown;
  });
  return root;
}
