import { mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse, type SemVer } from "semver";
import { z } from "zod";
import { readIfThere, replaceFile } from "../../machine/files";
import { engineCache, type Machine } from "./cache";
import { versionOf } from "./version";

const KNOWN = z.record(z.string(), z.object({ size: z.number(), mtimeMs: z.number(), version: z.string() }));

type Known = z.infer<typeof KNOWN>;

/**
 * The version of an executable, which is started for it only where it is not the file that said so before: a start takes half a
 * second of every command. Undefined where it cannot be run or answers something else; that is not remembered.
 */
export async function rememberedVersion(executable: string, machine: Machine): Promise<SemVer | undefined> {
  const found = await stat(executable).catch(() => undefined);
  if (found === undefined) return undefined;
  const { size, mtimeMs } = found;
  const file = join(engineCache(machine), "versions.json");
  const known = await read(file);
  const before = known[executable];
  if (before?.size === size && before.mtimeMs === mtimeMs) return parse(before.version) ?? undefined;
  const version = await versionOf(executable, machine.env);
  if (version) await write(file, { ...known, [executable]: { size, mtimeMs, version: version.version } });
  return version;
}

async function read(file: string): Promise<Known> {
  try {
    return KNOWN.parse(JSON.parse((await readIfThere(file)) ?? "{}"));
  } catch {
    // Whatever it is, it can be found out again.
    return {};
  }
}

/** A cache that cannot be written costs time, and nothing else. */
async function write(file: string, known: Known): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await replaceFile(file, JSON.stringify(known), 0o600);
  } catch {
    return;
  }
}
