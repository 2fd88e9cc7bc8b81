import { join } from "node:path";
import { run } from "./support/command";

/** Real seconds; it takes three minutes where nothing else runs. */
const LIMIT = 900;

it(
  "brings every case of the torture's sample to its end: nothing lost, nothing left behind",
  async () => {
    const main = join(__dirname, "..", "torture", "main.ts");
    const options = { env: process.env, limit: LIMIT };
    const { code, stdout, stderr } = await run(["node", "--import", "tsx", main, "--sample", "--json"], options);
    const summary = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { cases: number };
    expect(summary).toMatchObject({
      event: "torture.finished",
      overlapSeconds: 0,
      lostJobs: 0,
      killedWhileBooting: 0,
      fenceLeft: 0,
      leaseLeft: 0,
      failures: [],
    });
    expect(summary.cases).toBeGreaterThanOrEqual(8);
    expect({ code, stderr }).toMatchObject({ code: 0 });
  },
  (LIMIT + 30) * 1000,
);
