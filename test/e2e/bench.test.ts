import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, ROOT } from "./support/command";
import { endProcessesWith, processesWith } from "./support/processes";

/** Real seconds; twenty where nothing else runs. */
const LIMIT = 200;

it(
  "the bench measures a way by what the witness saw, writes no page for a part, and leaves nothing running",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "tfe-bench-"));
    const page = (): Promise<string> => readFile(join(ROOT, "docs", "bench.md"), "utf8").catch(() => "");
    const before = await page();
    try {
      const options = ["--json", "--seeds", "1", "--way", "vendor-module", "--dialect", "fdo", "--node-build", "60"];
      const words = ["npm", "run", "--silent", "bench", "--", ...options, "--speed", "60"];
      const { code, stdout, stderr } = await run(words, { env: { ...process.env, TMPDIR: folder }, limit: LIMIT });
      expect({ code, stderr }).toMatchObject({ code: 0 });
      const [measured, finished] = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { event: string; rows?: Record<string, unknown>[] });
      expect(measured).toMatchObject({ event: "way.measured", way: "vendor-module", dialect: "fdo", seed: 1 });
      expect(finished).toMatchObject({
        event: "bench.finished",
        rows: [{ way: "vendor-module", dialect: "fdo", nodeBuildSeconds: 60, overlapSeconds: 0, lostJobs: 0 }],
      });
      // Both nodes are built at once, and nobody answers meanwhile.
      const [row = {}] = finished?.rows ?? [];
      expect(row["outageSeconds"]).toBeGreaterThan(50);
      expect(row["outageSeconds"]).toBeLessThan(120);
      expect(row["oneNodeSeconds"]).toBeLessThan(30);
      expect(await page()).toBe(before);
      expect(processesWith(folder)).toEqual([]);
    } finally {
      endProcessesWith(folder);
      await rm(folder, { recursive: true, force: true });
    }
  },
  (LIMIT + 10) * 1000,
);
