import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { openFile } from "../adapters/page/openFile";
import { answer } from "../adapters/reporters/schema/answers";
import { reportPage } from "../adapters/page/reportPage";
import { RepaveError } from "../domain/errors";
import type { RunRecord } from "../ports/runStore";
import type { Io } from "./io";
import { onRuns } from "./onTarget";
import { examples, jsonOption, stackOption, type Verb } from "./verb";

export interface ReportOptions {
  readonly stack?: string;
  readonly json?: boolean;
  readonly open?: boolean;
  readonly out?: string;
}

/** `report [RUN]`: the run as a page. Always 0 when it could be made, whether or not there is a browser to show it. */
export async function reportCommand(wanted: string | undefined, options: ReportOptions, io: Io): Promise<number> {
  return onRuns(options.stack, async ({ store, clock }) => {
    const run = find(await store.list(), wanted);
    const [entries, heartbeat] = [await store.journal(run.runId), await store.lease()];
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
  const known = runs.length === 0 ? "the stack has no run yet" : "`npm run runs` lists those that there are";
  throw new RepaveError("USAGE", wanted === undefined ? known : `there is no run ${wanted}; ${known}`);
}

/** A browser shows files of this machine: of a page in a bucket it gets a copy. */
async function show(where: string, text: string, io: Io): Promise<void> {
  const file = /^\w+:\/\//.test(where)
    ? join(await mkdtemp(join(tmpdir(), "tfe-repave-report-")), "report.html")
    : where;
  if (file !== where) await writeFile(file, text);
  const problem = await openFile(file);
  if (problem !== undefined) io.err(`It could not be opened here (${problem}): open ${file} in a browser.`);
}

export const reportVerb: Verb = ({ io, verb, exit }) => {
  verb("report", "Make the page of a run: what was done when, what it cost, what went wrong.")
    .argument("[run]", "the run's id; default: the newest")
    .addOption(stackOption)
    .addOption(jsonOption)
    .option("--open", "show it in the browser")
    .option("--out <file>", "write it there; default: report.html beside the run's journal")
    .addHelpText(
      "after",
      examples(
        "npm run report -- --stack production --open",
        "npm run report -- run-20261123-050641-642-1722 --stack production --out upgrade.html",
      ),
    )
    .action(async (run: string | undefined, options: ReportOptions) => exit(await reportCommand(run, options, io)));
};
