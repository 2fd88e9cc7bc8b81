import { duration } from "../domain/text/words";
import { Argument } from "commander";
import { columns } from "../adapters/reporters/layout/columns";
import { answer } from "../adapters/reporters/schema/answers";
import { printed } from "../adapters/reporters/schema/stream";
import { RepaveError } from "../domain/errors";
import { markdownReport } from "../domain/report/markdown";
import type { RunRecord } from "../ports/runStore";
import { historyOf, historyRows } from "../run/history";
import { readRuns } from "../run/pastRuns";
import type { Io } from "./io";
import { onRuns } from "./parts/onTarget";
import { onRecords } from "./options";
import type { Runs } from "../wiring/runs";
import { examples, type Verb } from "./parts/verb";

interface RunsOptions {
  readonly stack?: string;
  readonly json?: boolean;
}

/** Runs `runs` and `runs show [ID]`: lists runs, or prints a journal. Resolves to 0 when they could be read. */
export async function runsCommand(
  { show, id }: { readonly show: string | undefined; readonly id: string | undefined },
  options: RunsOptions,
  io: Io,
): Promise<number> {
  return onRuns(options.stack, async (runs) => {
    const { store } = runs;
    if (show === undefined) return list(runs, options, io);
    const known = await store.list();
    const run = id === undefined ? known.at(-1) : known.find((each) => each.runId === id);
    const damaged = (await store.unreadable()).find(({ runId, createdAt }) =>
      id === undefined ? createdAt > (run?.createdAt ?? 0) : runId === id,
    );
    if (damaged) throw new RepaveError("RUN_STORE_UNREADABLE", `${damaged.runId}: ${damaged.why}`);
    await showOne(run, runs, options, io);
    return 0;
  });
}

/** A run that cannot be read is listed as such: it hides no other. */
async function list({ store, clock }: Runs, options: RunsOptions, io: Io): Promise<number> {
  // Of a damaged lease nobody can say that its holder lives.
  const { runs, unreadable, lease } = await readRuns(store);
  const past = runs.map(({ record, entries }) => historyOf(record, entries, { lease, now: clock.now() }));
  if (options.json === true) {
    for (const run of past) io.out(JSON.stringify(printed(answer("run", run))));
    for (const { runId, why } of unreadable) io.out(JSON.stringify(answer("run.unreadable", { runId, why })));
    return 0;
  }
  for (const line of past.length === 0 ? ["no runs yet"] : columns(historyRows(past, duration), io.screen?.columns))
    io.out(line);
  for (const { runId, why } of unreadable) io.out(`${runId} cannot be read: ${why}`);
  return 0;
}

async function showOne(
  run: RunRecord | undefined,
  { store, clock }: Runs,
  options: RunsOptions,
  io: Io,
): Promise<void> {
  if (!run) throw new RepaveError("USAGE", "no such run. `runs` lists the runs");
  const entries = await store.journal(run.runId);
  const lease = await store.lease().catch(() => undefined);
  if (options.json === true) for (const entry of entries) io.out(JSON.stringify(printed(entry)));
  else io.out(markdownReport(run, entries, { lease, now: clock.now() }));
}

export const runsVerb: Verb = {
  name: "runs",
  acts: false,
  register({ io, verb, exit }) {
    onRecords(verb("List the runs of a stack: start, change, outcome, outage."))
      .addArgument(new Argument("[show]", "print the journal of a run, entry by entry").choices(["show"]))
      .argument("[id]", "run id (default: the newest run)")
      .addHelpText("after", examples("npm run runs -- --stack production", "npm run runs -- show --stack production"))
      .action(async (show: string | undefined, id: string | undefined, options: RunsOptions) =>
        exit(await runsCommand({ show, id }, options, io)),
      );
  },
};
