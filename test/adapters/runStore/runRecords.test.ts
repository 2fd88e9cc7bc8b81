import { parseRun } from "../../../orchestration/adapters/runStore/runRecords";
import { aRun } from "../../contract/runStore";

const hop = aRun("r1").plan.hops[0];

it.each([{ nodeCount: 0 }, { nodeCount: 692 }, { hops: Array.from({ length: 51 }, () => hop) }])(
  "reads no run with a plan that nobody can carry out",
  (forged) => {
    const run = aRun("r1");
    expect(parseRun(run)).toEqual(run);
    expect(() => parseRun({ ...run, plan: { ...run.plan, ...forged } })).toThrow(
      "it must have at most 50 repaves, and 1 to 5 nodes",
    );
  },
);
