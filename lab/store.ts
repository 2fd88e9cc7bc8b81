import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "./files";
import type { RegionState } from "./region/model";

const FILE = "region.json";

/** The region as it was when a lab on this folder last wrote it; undefined: never. Throws where the file cannot be read as one. */
export async function loadState(dir: string): Promise<RegionState | undefined> {
  const file = join(dir, FILE);
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const state = parse(text, file);
  if ((state.schema as number) !== 3)
    throw new Error(`${file} was written by another version of the lab. Remove the folder ${dir} to start over.`);
  return state;
}

function parse(text: string, file: string): RegionState {
  try {
    return JSON.parse(text) as RegionState;
  } catch (cause) {
    throw new Error(`${file} is not JSON. Remove its folder to start over.`, { cause });
  }
}

export interface Store {
  /** Writes the state where it has changed since the last time. */
  save(): Promise<void>;
}

export function openStore(dir: string, state: RegionState): Store {
  let written: string | undefined;
  let writing: Promise<void> = Promise.resolve();
  async function saveNow(): Promise<void> {
    const text = JSON.stringify(state);
    if (text === written) return;
    await writeWhole(join(dir, FILE), text);
    written = text;
  }
  return {
    save() {
      const done = writing.then(saveNow);
      writing = done.catch(() => undefined);
      return done;
    },
  };
}
