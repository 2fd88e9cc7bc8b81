import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { RepaveError } from "../../domain/errors";
import type { JobFile } from "../../domain/schedule/job";
import { below, readIfThere, replaceFile } from "./files";

/**
 * Writes a job's files below `root`, all or none, and returns those that it wrote. An existing file with different content was
 * changed by its owner: `USAGE`, unless `force`.
 */
export async function writeJobFiles(
  root: string,
  files: readonly JobFile[],
  { force }: { readonly force: boolean },
): Promise<readonly string[]> {
  const found = await Promise.all(
    files.map(async (file) => ({
      ...file,
      target: below(root, file.path),
      kept: await readIfThere(below(root, file.path)),
    })),
  );
  const differing = found.filter(({ kept, text }) => kept !== undefined && kept !== text);
  if (differing.length > 0 && !force) {
    const names = differing.map(({ path }) => path).join(", ");
    throw new RepaveError(
      "USAGE",
      `${names}already exists with different content. --print shows the new file, --force replaces it`,
    );
  }
  const missing = found.filter(({ kept, text }) => kept !== text);
  for (const { target, text } of missing) {
    await mkdir(dirname(target), { recursive: true });
    await replaceFile(target, text);
  }
  return missing.map(({ path }) => path);
}
