import { asRepaveError } from "../domain/errors";
import type { Plan } from "../domain/plan";
import { markdownReport } from "../domain/report/markdown";
import type { Ports } from "../run/context";
import type { Run } from "../run/run";

type Reported = Pick<Ports, "clock" | "store" | "page" | "startedBy">;

/** Writes both forms of the report beside the journal. A report that cannot be written does not fail the run. */
export async function saveReports(ports: Reported, plan: Plan, run: Run): Promise<void> {
  const tried = async (what: () => Promise<string | undefined>): Promise<void> => {
    try {
      const where = await what();
      if (where !== undefined) run.tell({ event: "note", text: `report: ${where}` });
    } catch (error) {
      run.tell({ event: "warning", text: `the report could not be written: ${asRepaveError(error).detail}` });
    }
  };
  await tried(async () => {
    const record = { runId: run.id, operator: ports.startedBy, plan };
    const text = markdownReport(record, await ports.store.journal(run.id));
    return ports.store.save(run.id, "report.md", text);
  });
  await tried(() => savePage(ports, plan, run));
}

/** The page of the run as it is now; resolves to where it is, or to undefined where no page is made. */
export async function savePage(ports: Reported, plan: Plan, run: Run): Promise<string | undefined> {
  const { page, store, clock } = ports;
  if (!page) return undefined;
  const [entries, records, heartbeat] = await Promise.all([store.journal(run.id), store.list(), store.lease()]);
  const operator = records.find(({ runId }) => runId === run.id)?.operator ?? ports.startedBy;
  const text = await page.render({ run: { runId: run.id, operator, plan }, entries, heartbeat, now: clock.now() });
  return store.save(run.id, "report.html", text);
}
