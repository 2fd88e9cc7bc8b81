import { ERRORS } from "../../../orchestration/domain/errors";
import { markdownReport } from "../../../orchestration/domain/report/markdown";
import type { JournalEntry } from "../../../orchestration/domain/journal";
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
});
