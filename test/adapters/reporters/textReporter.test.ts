import { textReporter } from "../../../orchestration/adapters/reporters/textReporter";
import type { RunEvent } from "../../../orchestration/domain/events";
import { aFinish } from "../../support/events";

const progress = (text: string): RunEvent => ({ event: "progress", step: "drain", text });
const note = (text: string): RunEvent => ({ event: "note", text });

function written(terminal: boolean, events: readonly RunEvent[], columns = 80): string {
  let text = "";
  const stream = { write: (chunk: string) => ((text += chunk), true), isTTY: terminal, columns };
  const reporter = textReporter({ stream: stream, now: () => Date.UTC(2026, 10, 22, 2, 5, 9), color: false });
  for (const event of events) reporter.emit(event);
  return text;
}

describe("piped", () => {
  test("plain lines with the time in front", () => {
    expect(written(false, [note("one"), note("two")])).toBe("02:05:09 one\n02:05:09 two\n");
  });

  test("progress that says nothing new is left out", () => {
    const events = [progress("1 left"), progress("1 left"), note("done"), progress("1 left"), progress("0 left")];
    expect(written(false, events)).toBe("02:05:09   1 left\n02:05:09 done\n02:05:09   0 left\n");
  });
});

test("warnings are said once more at the end, where they cannot have scrolled away", () => {
  const warning: RunEvent = { event: "warning", text: "someone resumed AZRebalance" };
  expect(
    written(false, [warning, note("on"), aFinish("done")])
      .split("\n")
      .slice(-4),
  ).toEqual(["", "02:05:09 Warnings of this run:", "02:05:09   ! someone resumed AZRebalance", ""]);
  expect(written(false, [aFinish("done")])).not.toContain("Warnings");
});

describe("on a terminal", () => {
  test("progress is one line that the next one replaces, and that what stays clears", () => {
    expect(written(true, [progress("1 left"), progress("0 left"), note("done")])).toBe(
      "02:05:09   1 left\r\u001b[2K02:05:09   0 left\r\u001b[2Kdone\n",
    );
  });

  test("it never wraps, or it could not be cleared", () => {
    expect(written(true, [progress("x".repeat(200))], 40)).toHaveLength(39);
  });
});
