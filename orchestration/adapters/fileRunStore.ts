import { open, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { RepaveError } from "../domain/errors";
import type { JournalEntry } from "../domain/journal";
import type { RunRecord, RunStore } from "../ports/runStore";
import { isMissing, readIfThere, replaceFile } from "./files";
import { fileLease } from "./fileLease";

const HOP = z.object({ release: z.int(), image: z.string() });
const RUN = z.looseObject({
  schema: z.literal(1),
  runId: z.string(),
  stack: z.string(),
  createdAt: z.number(),
  operator: z.string(),
  plan: z.looseObject({ schema: z.literal(1), from: HOP, hops: z.array(HOP), nodeCount: z.int() }),
});

/** The part of an entry that is common to all events; what an event holds is the domain's affair. */
const ENTRY = z.looseObject({ seq: z.int(), at: z.number(), event: z.string() });

/**
 * Runs in a folder: `<runId>/run.json`, `<runId>/journal.jsonl` and what else a run leaves, with the stack's `lease.json` beside
 * them. The folder must be one that every operator of the stack shares.
 */
export function fileRunStore({ dir }: { readonly dir: string }): RunStore {
  const folder = (runId: string): string => join(dir, plainName(runId));
  const journalOf = (runId: string): string => join(folder(runId), "journal.jsonl");

  async function readRun(runId: string): Promise<RunRecord | undefined> {
    // A crash between making the folder and writing the record leaves one that holds no run.
    const text = await readIfThere(join(folder(runId), "run.json"));
    return text === undefined ? undefined : (RUN.parse(JSON.parse(text)) as unknown as RunRecord);
  }

  return {
    create: (run) =>
      inStore(async () => {
        await mkdir(dir, { recursive: true });
        await mkdir(folder(run.runId));
        await replaceFile(join(folder(run.runId), "run.json"), `${JSON.stringify(run, null, 2)}\n`);
      }),
    list: () =>
      inStore(async () => {
        const names = await readdir(dir, { withFileTypes: true }).catch(emptyIfMissing);
        const runs = await Promise.all(names.filter((name) => name.isDirectory()).map((name) => readRun(name.name)));
        return runs.filter((run) => run !== undefined).sort((a, b) => a.createdAt - b.createdAt);
      }),
    journal: (runId) =>
      inStore(async () => {
        const text = (await readIfThere(journalOf(runId))) ?? "";
        // What no line end follows was being written when the writer died: nobody was told that it is there.
        const whole = text.slice(0, text.lastIndexOf("\n") + 1);
        return whole
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => ENTRY.parse(JSON.parse(line)) as unknown as JournalEntry);
      }),
    append: (runId, entry) => inStore(() => appendLine(journalOf(runId), JSON.stringify(entry))),
    save: (runId, name, content) =>
      inStore(async () => {
        const file = join(folder(runId), plainName(name));
        await replaceFile(file, content);
        return file;
      }),
    ...fileLease(dir, inStore),
  };
}

/** Adds a line and waits until it is on the disk. A torn line of a writer that died is taken off first. */
async function appendLine(file: string, line: string): Promise<void> {
  const handle = await open(file, "a+");
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

/** What the file system or a file's content makes impossible is `JOURNAL_UNWRITABLE`. */
async function inStore<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (thrown) {
    if (thrown instanceof RepaveError) throw thrown;
    const detail = thrown instanceof z.ZodError ? z.prettifyError(thrown) : String(thrown);
    throw new RepaveError("JOURNAL_UNWRITABLE", detail, { cause: thrown });
  }
}

function plainName(name: string): string {
  if (!/^[\w][\w.:-]*$/.test(name)) throw new Error(`${JSON.stringify(name)} cannot be the name of a file`);
  return name;
}

function emptyIfMissing(thrown: unknown): [] {
  if (isMissing(thrown)) return [];
  throw thrown;
}
