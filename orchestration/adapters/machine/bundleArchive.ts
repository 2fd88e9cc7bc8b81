import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, chmod, link, mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import type * as tar from "tar";
import { RepaveError } from "../../domain/errors";
import type { ObjectStore, StoredObject } from "../../ports/objectStore";
import { below, isMissing } from "./files";
import { lazily } from "./lazy";
import { workFolder } from "./workFolder";

/** An object, and the path that it gets in the archive. The path is ours: an object's key is chosen by whoever may write to the bucket. */
export interface Member extends StoredObject {
  readonly path: string;
}

export interface ArchiveRequest {
  readonly objects: ObjectStore;
  readonly bucket: string;
  readonly members: readonly Member[];
  /** Folder that the archive goes into, and its name there. */
  readonly dir: string;
  readonly name: string;
}

export interface Archive {
  readonly file: string;
  readonly bytes: number;
  /** SHA-256 of each member, by its path in the archive. */
  readonly sums: readonly { readonly path: string; readonly sha256: string }[];
}

const SUMS = "SHA256SUMS";

/** A bundle holds the logs of one node. Anything larger is not a bundle, and would fill the disk. */
const MOST_BYTES = 8 * 1024 ** 3;

/** Creates the folder if it is missing. Throws `USAGE` if that is not possible. */
export async function requireFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true });
  } catch (error) {
    throw new RepaveError("USAGE", `--download ${dir}: ${(error as Error).message}`, { cause: error });
  }
}

async function requireNew(file: string): Promise<void> {
  const isThere = await access(file).then(
    () => true,
    (error: unknown) => !isMissing(error),
  );
  if (isThere) throw existing(file);
}

const existing = (file: string): RepaveError =>
  new RepaveError("USAGE", `${file} already exists and is not overwritten. Move it, or choose another folder`);

/**
 * Downloads the objects and packs them, with their checksums in `SHA256SUMS` (in the format of `sha256sum --check`), into one
 * tar archive that only its owner can read. The file appears complete or not at all, and an existing file is never overwritten.
 */
export async function packArchive({ objects, bucket, members, dir, name }: ArchiveRequest): Promise<Archive> {
  const file = below(dir, name);
  const work = await workFolder(dir, ".tfe-repave");
  try {
    const sums: { path: string; sha256: string }[] = [];
    for (const { key, bytes, path } of members) {
      if (bytes > MOST_BYTES)
        throw new RepaveError("BUNDLE_INCOMPLETE", `${key}: ${bytes} bytes are more than a bundle has`);
      const copy = below(work, "content", path);
      await mkdir(dirname(copy), { recursive: true });
      await objects.download(bucket, key, copy, bytes);
      const { size } = await stat(copy);
      if (size !== bytes) throw new RepaveError("BUNDLE_INCOMPLETE", `${key}: ${size} of ${bytes} bytes were received`);
      sums.push({ path, sha256: await sha256(copy) });
    }
    const list = sums.map(({ path, sha256: sum }) => `${sum}  ${path}\n`).join("");
    await writeFile(below(work, "content", SUMS), list);
    const draft = below(work, "archive.tar");
    const { create } = lazily("tar") as typeof tar;
    await create({ file: draft, cwd: below(work, "content"), portable: true }, [SUMS, ...sums.map(({ path }) => path)]);
    await chmod(draft, 0o600);
    await publish(draft, file);
    return { file, bytes: (await stat(file)).size, sums };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** A link fails where the name is taken, at whatever moment; file systems without links get the next best. */
async function publish(draft: string, file: string): Promise<void> {
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw existing(file);
    await requireNew(file);
    await rename(draft, file);
  }
}
