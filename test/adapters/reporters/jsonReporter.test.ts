import { jsonReporter } from "../../../orchestration/adapters/reporters/jsonReporter";
import { aFinish, PLAN } from "../../support/events";
import { releaseOf } from "../../support/release";

const NOW = Date.UTC(2026, 0, 5, 8);

describe("jsonReporter", () => {
  const lines: string[] = [];
  const reporter = jsonReporter(
    (line) => lines.push(line),
    () => NOW,
  );
  beforeEach(() => lines.splice(0));

  it("writes one object a line, the run's time in front", () => {
    reporter.emit({ event: "note", text: "two\nlines" });
    expect(lines).toEqual(['{"at":"2026-01-05T08:00:00.000Z","event":"note","text":"two\\nlines"}']);
  });

  it("writes a release as its number, and by name where it has none", () => {
    reporter.emit({
      ...aFinish("done"),
      from: releaseOf(811),
      release: releaseOf("1.2.0"),
      hops: [releaseOf("1.2.0")],
    });
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { from: 811, release: "1.2.0", hops: ["1.2.0"] },
    ]);
    expect(lines[0]).toMatch(/^\{"at":"2026-01-05T08:00:00.000Z","event":"run.finished","outcome":"done",/);
    reporter.emit({ event: "plan.made", plan: PLAN, text: [] });
    const [, made] = lines.map((line) => JSON.parse(line) as { readonly plan?: object });
    expect(made?.plan).toMatchObject({ schema: 1, from: { release: 610 }, hops: [{ release: 642 }, { release: 692 }] });
  });

  it("gives the time of what happened earlier in the same form", () => {
    reporter.emit({ event: "outage.began", at: NOW - 1500 });
    expect(lines).toEqual(['{"at":"2026-01-05T07:59:58.500Z","event":"outage.began"}']);
  });
});
