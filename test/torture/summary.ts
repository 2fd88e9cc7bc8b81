import type { Result } from "./play";

/** The last line. `cases` = `converged` + `heldCorrectly` + failures. */
export function summarise(results: readonly Result[]) {
  const sum = (of: (result: Result) => number): number => results.reduce((total, result) => total + of(result), 0);
  const count = (verdict: Result["verdict"]): number => results.filter((result) => result.verdict === verdict).length;
  return {
    event: "torture.finished",
    cases: results.length,
    converged: count("converged"),
    heldCorrectly: count("heldCorrectly"),
    overlapSeconds: sum((result) => result.overlapSeconds),
    lostJobs: sum((result) => result.lostJobs),
    killedWhileBooting: sum((result) => result.killedWhileBooting),
    fenceLeft: sum((result) => result.fenceLeft),
    leaseLeft: sum((result) => result.leaseLeft),
    failures: results.filter(({ verdict }) => verdict === "failed").map(({ case: name, why }) => ({ case: name, why })),
  };
}
