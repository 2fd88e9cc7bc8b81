import * as fc from "fast-check";
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
    const text = markdownReport(...(await recorded()));
    expect(text).not.toContain("[object Object]");
    expect(text).not.toMatch(/\b1[6-9]\d{11}\b/);
    expect(text).toMatch(
      /^- 2026-\S+ \S+ found i-1 \(release 610 \(v202204-2\), template version 1, image ami-a\); i-2 /m,
    );
    expect(text).toMatch(/^- 2026-\S+ \S+ no process of the group was suspended$/m);
    expect(text).toMatch(/^- 2026-\S+ \S+ ▶ drain — /m);
    expect(text).toMatch(/^- 2026-\S+ \S+ \d+ checks passed, \d+ skipped$/m);
    expect(text).not.toMatch(/hop -1|\b0 s\b|ratio 0\b/);
    const timeline = text.slice(text.indexOf("## Timeline"));
    const times = [...timeline.matchAll(/^- (\S+ \S+) /gm)].map(([, time]) => time ?? "");
    expect(times).toEqual([...times].sort());
  });

  it.each([
    ["an image from elsewhere", "![t](https://evil.example/p.png)"],
    ["a tag", '<img src="https://evil.example/p.png">'],
    ["a heading", "x\n\n## Approved by the security team"],
    ["a table", "x\n| a | b |\n| - | - |"],
    ["a mention", "@everyone look, and (@admins too)"],
    ["a mention behind at signs", "@@everyone and @@@admins"],
    ["code", "``` rm -rf / ```"],
  ])("takes nothing of what was said for Markdown: %s", async (_what, said) => {
    const [run] = await recorded();
    const entry = (event: object): JournalEntry => ({ seq: 1, at: 0, ...event }) as unknown as JournalEntry;
    const text = markdownReport(run, [
      entry({ event: "warning", text: said }),
      entry({ event: "run.failed", step: "gate", code: "GATE_TIMEOUT", detail: said, fleet: "x" }),
    ]);
    const timeline = text.slice(text.indexOf("## Timeline")).trimEnd().split("\n").slice(2);
    expect(timeline).toHaveLength(2);
    for (const line of timeline) {
      expect(line).toMatch(/^- 1970-01-01 00:00:00 /);
      const rest = line.slice(2).replaceAll("**", "");
      expect(rest.replaceAll(/\\./g, "")).not.toMatch(/[<>|[\]]|`|(^|\W)@\w/);
    }
  });

  it("has the same shape whatever the words of run, plan and entries are, and nothing in it acts", async () => {
    const [run, entries] = await recorded();
    const shape = (text: string): readonly string[] =>
      text.split("\n").map((line) => /^(?:#+ |\||- |)/.exec(line)?.[0] ?? "");
    const ending = (finish: ReturnType<typeof aFinish>): readonly JournalEntry[] => [
      ...entries.filter(({ event }) => event !== "run.finished"),
      { seq: 999, at: entries.at(-1)?.at ?? 0, ...finish },
    ];
    const plainly = markdownReport(run, ending(aFinish("done")));
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
        const text = markdownReport(taint(run) as typeof run, taint(ending(finish)) as typeof entries);
        expect(text).not.toMatch(acting);
        expect(text.replaceAll(/\\./g, "").replaceAll(/`[^`]*`/g, "")).not.toMatch(/[<>[\]]|!\[|https?:\/\/|`/);
        expect(shape(text)).toEqual(
          shape(
            markdownReport(
              run,
              ending({ ...aFinish("done"), nodes: [{ instanceId: "i-1", release: null, healthy: true }] }),
            ),
          ),
        );
      }),
      { numRuns: 200 },
    );
    expect(shape(plainly).length).toBeGreaterThan(20);
  });
});
