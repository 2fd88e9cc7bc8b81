import { randomBytes, randomUUID } from "node:crypto";
import { chmod, lstat, mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BuildRecord } from "../../../infra/contract";
import { boundedFile, MOST_RECORD_BYTES } from "../../../infra/runs/bounded";
import { BUILD_FILE } from "../../../infra/runs/buildRecord";
import type { JournalEntry } from "../../domain/journal";
import type { RunRecord, RunStore } from "../../ports/runStore";
import { below, isMissing, privateModes, replaceFile } from "../machine/files";
import { shellLine } from "../nodeShell/shellLine";
import { parseEntry } from "../reporters/schema/journal";
import { fileLease } from "./fileLease";
import { folderConcerns } from "./folderConcerns";
import { appendLine, endOfLines } from "./lines";
import { inParallel } from "./parallel";
import {
  atMost,
  type Found,
  found,
  isPlain,
  MOST_ENTRIES,
  MOST_RUNS,
  parseBuild,
  plainName,
  readable,
  reading,
  requireNewer,
  runOf,
  runsIn,
  unreadableIn,
  writing,
} from "./runRecords";

/** Of a journal in one file. A drain of two days leaves a few megabytes. */
const MOST_JOURNAL_BYTES = 64 * 1024 * 1024;

/**
 * Runs in a folder: `<runId>/run.json`, `<runId>/journal.jsonl` and what else a run leaves, with the stack's `lease.json` beside
 * them. The folder must be one that every operator of the stack shares.
 */
export function fileRunStore({ dir }: { readonly dir: string }): RunStore {
  const folder = (runId: string): string => below(dir, plainName(runId));
  const buildFile = join(dir, BUILD_FILE);
  const journalOf = (runId: string): string => join(folder(runId), "journal.jsonl");

  const readRun = (runId: string): Promise<RunRecord | undefined> =>
    readable("run.json", async () => {
      const text = await boundedFile(join(folder(runId), "run.json"), MOST_RECORD_BYTES);
      if (text !== undefined) return runOf(runId, JSON.parse(text));
      // A crash between making the folder and writing the record leaves one that holds no run.
      if (!(await exists(journalOf(runId)))) return undefined;
      throw new Error("it is missing beside its journal");
    });

  async function all(): Promise<readonly Found[]> {
    const names = await readdir(dir, { withFileTypes: true }).catch(emptyIfMissing);
    const folders = names.filter((each) => each.isDirectory() && isPlain(each.name));
    atMost(MOST_RUNS, folders.length, "runs");
    return inParallel(folders, ({ name }) => found(name, () => readRun(name)));
  }

  const readBuild = (): Promise<BuildRecord | undefined> =>
    readable(buildFile, async () => {
      const text = await boundedFile(buildFile, MOST_RECORD_BYTES);
      return text === undefined ? undefined : parseBuild(JSON.parse(text));
    });

  return {
    concerns: () => reading(() => folderConcerns(dir)),
    makeSureOfRoom: (bytes) => writing(() => writeAndRemove(dir, bytes)),
    build: () => reading(readBuild),
    recordBuild: (record) =>
      writing(async () => {
        requireNewer(await readBuild(), record);
        const { file: mode } = await privateModes(dir);
        await replaceFile(buildFile, `${JSON.stringify(record, null, 2)}\n`, mode);
      }),
    create: (run) =>
      writing(async () => {
        await mkdir(dir, { recursive: true, mode: 0o700 });
        const modes = await privateModes(dir);
        await mkdir(folder(run.runId));
        await chmod(folder(run.runId), modes.folder);
        await replaceFile(join(folder(run.runId), "run.json"), `${JSON.stringify(run, null, 2)}\n`, modes.file);
      }),
    list: () => reading(async () => runsIn(await all())),
    unreadable: () => reading(async () => unreadableIn(await all())),
    setAside: (runId) => shellLine(["mv", folder(runId), below(dir, `.${runId}`)]),
    journal: (runId) =>
      reading(async () => {
        const name = `journal.jsonl of ${runId}`;
        const text = await readable(name, () => boundedFile(journalOf(runId), MOST_JOURNAL_BYTES));
        return text === undefined ? [] : entriesIn(text, name);
      }),
    append: (runId, entry) =>
      writing(async () =>
        appendLine(journalOf(runId), JSON.stringify(entry), (await privateModes(folder(runId))).file),
      ),
    save: (runId, name, content) =>
      writing(async () => {
        const file = below(folder(runId), plainName(name));
        await replaceFile(file, content, (await privateModes(folder(runId))).file);
        return file;
      }),
    ...fileLease(dir),
  };
}

async function entriesIn(text: string, name: string): Promise<readonly JournalEntry[]> {
  const lines = text.slice(0, endOfLines(text)).split("\n");
  atMost(MOST_ENTRIES, lines.length, `lines in ${name}`);
  const entries: JournalEntry[] = [];
  for (const [index, line] of lines.entries())
    if (line !== "") entries.push(await readable(`line ${index + 1} of ${name}`, () => parseEntry(JSON.parse(line))));
  return entries;
}

/** Files of this name are no run's, whoever left them. */
async function writeAndRemove(dir: string, bytes: number): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const probe = join(dir, `.room-${randomUUID()}`);
  try {
    const handle = await open(probe, "wx", 0o600);
    try {
      // Not zeros: some file systems do not store them.
      await handle.writeFile(randomBytes(bytes));
      await handle.sync();
    } finally {
      await handle.close();
    }
  } finally {
    await rm(probe, { force: true });
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (thrown) {
    if (isMissing(thrown)) return false;
    throw thrown;
  }
}

function emptyIfMissing(thrown: unknown): [] {
  if (isMissing(thrown)) return [];
  throw thrown;
}
