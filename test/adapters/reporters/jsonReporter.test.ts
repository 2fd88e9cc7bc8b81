import { jsonReporter } from "../../../orchestration/adapters/reporters/jsonReporter";

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

  it("gives the time of what happened earlier in the same form", () => {
    reporter.emit({ event: "outage.began", at: NOW - 1500 });
    expect(lines).toEqual(['{"at":"2026-01-05T07:59:58.500Z","event":"outage.began"}']);
  });
});
