import * as fc from "fast-check";
import { ERRORS } from "../../../orchestration/domain/errors";
import { markdownReport } from "../../../orchestration/domain/report/markdown";
import type { JournalEntry } from "../../../orchestration/domain/journal";
import { aFinish } from "../../support/events";
import { acting, evil } from "../../support/evilText";
import { World } from "../../fakes/world";
import { attempt } from "../../support/attempt";

async function recorded(): Promise<readonly [Parameters<typeof markdownReport>[0], readonly JournalEntry[]]> {
  const world = new World();
  await attempt(world);
  const [run] = await world.store.list();
  if (!run) throw new Error("no run was begun");
  return [run, await world.store.journal(run.runId)];
}

describe("the report in Markdown", () => {
  it("shows every entry in words: things by their names, moments as times", async () => {
    const text = markdownReport(...(await recorded()), undefined);
    expect(text).not.toContain("[object Object]");
    expect(text).not.toMatch(/\b1[6-9]\d{11}\b/);
    expect(text).toMatch(/`fleet.found` nodes i-1, i-2$/m);
    expect(text).toMatch(/`fence.found` suspended none$/m);
  });

  it.each([
    ["an image from elsewhere", "![t](https://evil.example/p.png)"],
    ["a tag", '<img src="https://evil.example/p.png">'],
    ["a heading", "x\n\n## Approved by the security team"],
    ["a table", "x\n| a | b |\n| - | - |"],
    ["a mention", "@everyone look, and (@admins too)"],
    ["code", "``` rm -rf / ```"],
  ])("takes nothing of what was said for Markdown: %s", async (_what, said) => {
    const [run] = await recorded();
    const entry = (event: object): JournalEntry => ({ seq: 1, at: 0, ...event }) as unknown as JournalEntry;
    const text = markdownReport(
      run,
      [
        entry({ event: "warning", text: said }),
        entry({ event: "run.failed", step: "gate", code: "GATE_TIMEOUT", detail: said, fleet: "x" }),
      ],
      undefined,
    );
    const timeline = text.slice(text.indexOf("## Timeline")).trimEnd().split("\n").slice(2);
    expect(timeline).toHaveLength(2);
    for (const line of timeline) {
      expect(line).toMatch(/^- 1970-01-01 00:00:00 /);
      const ours = [ERRORS.GATE_TIMEOUT.remedy, "`warning`"];
      const rest = ours.reduce((left, words) => left.replace(words, ""), line.slice(2));
      expect(rest.replaceAll(/\\./g, "")).not.toMatch(/[<>|[\]]|`|(^|\W)@\w/);
    }
  });

  it("has the same shape whatever the words of run, plan and entries are, and nothing in it acts", async () => {
    const [run, entries] = await recorded();
    const shape = (text: string): readonly string[] =>
      text.split("\n").map((line) => /^(?:#+ |\||- |)/.exec(line)?.[0] ?? "");
    const plainly = markdownReport(run, entries, aFinish("done"));
    fc.assert(
      fc.property(evil, (word) => {
        // The names of events and outcomes, and of releases, are held by the schema of the store.
        const ours = ["event", "outcome", "code", "step", "release"];
        const taint = (value: unknown, key = ""): unknown => {
          if (typeof value === "string") return ours.includes(key) ? value : `${value}${word}`;
          if (Array.isArray(value)) return value.map((each) => taint(each, key));
          if (typeof value !== "object" || value === null) return value;
          return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, taint(each, name)]));
        };
        const finish = { ...aFinish("done"), nodes: [{ instanceId: `i-1${word}`, release: null, healthy: true }] };
        const text = markdownReport(taint(run) as typeof run, taint(entries) as typeof entries, finish);
        expect(text).not.toMatch(acting);
        expect(text.replaceAll(/\\./g, "").replaceAll(/`[^`]*`/g, "")).not.toMatch(/[<>[\]]|!\[|https?:\/\/|`/);
        expect(shape(text)).toEqual(
          shape(
            markdownReport(run, entries, {
              ...finish,
              nodes: [{ ...finish.nodes[0], instanceId: "i-1" }],
            } as ReturnType<typeof aFinish>),
          ),
        );
      }),
      { numRuns: 200 },
    );
    expect(shape(plainly).length).toBeGreaterThan(20);
  });
});
