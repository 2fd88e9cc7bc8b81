import { constants } from "node:fs";
import { chmod, mkdir, open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { BUILD_FILE } from "../../../infra/runs/buildRecord";
import type { BuildRecord } from "../../../infra/contract";
import type { RunRecord, RunStore } from "../../ports/runStore";
import { below, isMissing, privateModes, readIfThere, replaceFile } from "../machine/files";
import { fileLease } from "./fileLease";
import { parseEntry } from "../reporters/schema/journal";
import { inStore, oldestFirst, parseBuild, parseRun, plainName, requireNewer } from "./runRecords";

/**
 * Runs in a folder: `<runId>/run.json`, `<runId>/journal.jsonl` and what else a run leaves, with the stack's `lease.json` beside
 * them. The folder must be one that every operator of the stack shares.
 */
export function fileRunStore({ dir }: { readonly dir: string }): RunStore {
  const folder = (runId: string): string => below(dir, plainName(runId));
  const journalOf = (runId: string): string => join(folder(runId), "journal.jsonl");

  async function readRun(runId: string): Promise<RunRecord | undefined> {
    // A crash between making the folder and writing the record leaves one that holds no run.
    const text = await readIfThere(join(folder(runId), "run.json"));
    return text === undefined ? undefined : parseRun(JSON.parse(text));
  }

  async function readBuild(): Promise<BuildRecord | undefined> {
    const text = await readIfThere(join(dir, BUILD_FILE));
    return text === undefined ? undefined : parseBuild(JSON.parse(text));
  }

  return {
    build: () => inStore(readBuild),
    recordBuild: (record) =>
      inStore(async () => {
        requireNewer(await readBuild(), record);
        const { file: mode } = await privateModes(dir);
        await replaceFile(join(dir, BUILD_FILE), `${JSON.stringify(record, null, 2)}\n`, mode);
      }),
    create: (run) =>
      inStore(async () => {
        await mkdir(dir, { recursive: true, mode: 0o700 });
        const modes = await privateModes(dir);
        await mkdir(folder(run.runId));
        await chmod(folder(run.runId), modes.folder);
        await replaceFile(join(folder(run.runId), "run.json"), `${JSON.stringify(run, null, 2)}\n`, modes.file);
      }),
    list: () =>
      inStore(async () => {
        const names = await readdir(dir, { withFileTypes: true }).catch(emptyIfMissing);
        return oldestFirst(
          await Promise.all(names.filter((name) => name.isDirectory()).map((name) => readRun(name.name))),
        );
      }),
    journal: (runId) =>
      inStore(async () => {
        const text = (await readIfThere(journalOf(runId))) ?? "";
        // A last line without a line end was torn when its writer died. Nothing was done that relies on it.
        const whole = text.slice(0, text.lastIndexOf("\n") + 1);
        return whole
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => parseEntry(JSON.parse(line)));
      }),
    append: (runId, entry) =>
      inStore(async () =>
        appendLine(journalOf(runId), JSON.stringify(entry), (await privateModes(folder(runId))).file),
      ),
    save: (runId, name, content) =>
      inStore(async () => {
        const file = below(folder(runId), plainName(name));
        await replaceFile(file, content, (await privateModes(folder(runId))).file);
        return file;
      }),
    ...fileLease(dir),
  };
}

/** Like "a+", and refuses a link: in a shared folder it could lead into any file of whoever writes. */
const APPEND = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;

/** Adds a line and waits until it is on the disk. A torn line of a writer that died is taken off first. */
async function appendLine(file: string, line: string, mode: number): Promise<void> {
  const handle = await open(file, APPEND, mode);
  try {
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    if (size > 0 && last.toString() !== "\n") {
      const text = await readFile(file);
      await handle.truncate(text.lastIndexOf("\n") + 1);
    }
    await handle.appendFile(`${line}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function emptyIfMissing(thrown: unknown): [] {
  if (isMissing(thrown)) return [];
  throw thrown;
}
