import { of } from "../../domain/report/attempts";
import { isPage } from "../../domain/report/markdownText";
import { MOMENTS } from "../../domain/report/minutes";
import type { Report } from "../../domain/report/report";
import { html, type Html } from "./html";
import { mark, section, table } from "./table";
import { clockTime, lasting } from "./words";

/** What was proven beyond the gate: smoke runs, and how long the first node was watched. Undefined: nothing was. */
export function proofSection({ entries }: Report): Html | undefined {
  const runs = of(entries, "smoke.finished");
  const soaks = of(entries, "soak.finished");
  if (runs.length + soaks.length === 0) return undefined;
  const rows = runs.map(({ at, moment, terraformRun = "none", page, seconds, passed, words = "" }) => [
    clockTime(at),
    MOMENTS[moment],
    isPage(page) ? html`<a href="${page}">${terraformRun}</a>` : terraformRun,
    lasting(seconds * 1000),
    mark(passed),
    words,
  ]);
  return section(
    "proof",
    "Proof by real runs",
    rows.length === 0
      ? undefined
      : table(["time", "with", "run", "took", "passed", "what it said"], rows, "Smoke runs"),
    ...soaks.map(
      ({ at, seconds }) =>
        html`<p>${clockTime(at)}: the first node had stayed healthy for ${lasting(seconds * 1000)}.</p>`,
    ),
  );
}
