import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { openFile, reportPage, workFolder } from "../wiring/machine";
import { answer } from "../adapters/reporters/schema/answers";
import { RepaveError } from "../domain/errors";
import type { RunRecord } from "../ports/runStore";
import type { Io } from "./io";
import { onRuns } from "./parts/onTarget";
import { onRecords } from "./options";
import { examples, type Verb } from "./parts/verb";

export interface ReportOptions {
  readonly stack?: string;
  readonly json?: boolean;
  readonly open?: boolean;
  readonly out?: string;
}

/** Runs `report [RUN]`: writes the HTML report of a run. Resolves to 0 when it was written, even if no browser could show it. */
export async function reportCommand(wanted: string | undefined, options: ReportOptions, io: Io): Promise<number> {
  return onRuns(options.stack, async ({ store, clock }) => {
    const run = find(await store.list(), wanted);
    const [entries, heartbeat] = await Promise.all([store.journal(run.runId), store.lease()]);
    const text = await reportPage().render({ run, entries, heartbeat, now: clock.now() });
    const where = options.out === undefined ? await store.save(run.runId, "report.html", text) : resolve(options.out);
    if (options.out !== undefined) await writeFile(where, text);
    if (options.json === true) io.out(JSON.stringify(answer("report", { runId: run.runId, where })));
    else io.out(where);
    if (options.open === true) await show(where, text, io);
    return 0;
  });
}

function find(runs: readonly RunRecord[], wanted: string | undefined): RunRecord {
  const run = wanted === undefined ? runs.at(-1) : runs.find(({ runId }) => runId === wanted);
  if (run) return run;
  const known = runs.length === 0 ? "the stack has no runs yet" : "`npm run runs` lists the runs";
  throw new RepaveError("USAGE", wanted === undefined ? known : `no run ${wanted}; ${known}`);
}

/** Opens the report in a browser. A browser shows local files only, so a report in a bucket is copied first. */
async function show(where: string, text: string, io: Io): Promise<void> {
  const file = /^\w+:\/\//.test(where)
    ? join(await workFolder(tmpdir(), "tfe-repave-report", { keptMs: 86_400_000 }), "report.html")
    : where;
  if (file !== where) await writeFile(file, text);
  const problem = await openFile(file);
  if (problem !== undefined) io.err(`No browser could be opened (${problem}). Open ${file} yourself.`);
}

export const reportVerb: Verb = {
  name: "report",
  acts: false,
  register({ io, verb, exit }) {
    onRecords(verb("Write the HTML report of a run: what was done when, the outage, and what went wrong."))
      .argument("[run]", "run id (default: the newest run)")
      .option("--open", "open the report in the browser")
      .option("--out <file>", "file to write (default: report.html next to the run's journal)")
      .addHelpText(
        "after",
        examples(
          "npm run report -- --stack production --open",
          "npm run report -- run-20261123-050641-642-1722 --stack production --out upgrade.html",
        ),
      )
      .action(async (run: string | undefined, options: ReportOptions) => exit(await reportCommand(run, options, io)));
  },
};
