import { liveReporter } from "../../../../orchestration/adapters/reporters/live/liveReporter";
import { terminalScreen, type LogUpdate, type Screen } from "../../../../orchestration/adapters/reporters/live/screen";
import type { RunEvent } from "../../../../orchestration/domain/events";
import { aFinish, anOutlook, PLAN } from "../../../support/events";

const NOW = Date.UTC(2026, 10, 22, 2, 5, 9);

/** A screen that keeps what it is told, and a timer that a test sets off. */
function observed(): {
  lines: string[];
  readonly block: () => readonly string[];
  readonly tick: () => void;
  readonly tell: (...events: readonly RunEvent[]) => void;
} {
  const lines: string[] = [];
  let block: readonly string[] = [];
  let act: (() => void) | undefined;
  const screen: Screen = {
    columns: 80,
    rows: 40,
    print: (line) => void lines.push(line),
    draw: (drawn) => void (block = drawn),
    clear: () => void (block = []),
  };
  const reporter = liveReporter({
    screen,
    now: () => NOW,
    stopping: () => false,
    color: false,
    every(_, each) {
      act = each;
      return () => (act = undefined);
    },
  });
  return {
    lines,
    block: () => block,
    tick: () => act?.(),
    tell: (...events) => {
      for (const event of events) reporter.emit(event);
    },
  };
}

const BEFORE: readonly RunEvent[] = [{ event: "plan.made", plan: PLAN, text: ["Stack test"] }, anOutlook()];
const STEP: RunEvent = { event: "step.started", step: "drain", hop: 0, title: "let every node finish its work" };

describe("liveReporter", () => {
  it("draws nothing before the first step: the operator may still be asked", () => {
    const { block, tick, tell } = observed();
    tell(...BEFORE);
    tick();
    expect(block()).toEqual([]);
    tell(STEP);
    expect(block().join("\n")).toContain("642      ▶ drain");
  });

  it("leaves what stays above the block, with the time in front, and progress in the block alone", () => {
    const { lines, block, tell } = observed();
    tell(...BEFORE, STEP, { event: "progress", step: "drain", instanceId: "i-1", text: "jobs left: 1" });
    tell({ event: "warning", text: "someone resumed AZRebalance" });
    expect(lines.slice(-2)).toEqual([
      "02:05:09 ▶ drain — let every node finish its work",
      "02:05:09 ! someone resumed AZRebalance",
    ]);
    expect(block().join("\n")).toContain("i-1  610 (v202204-2)  drain: jobs left: 1");
  });

  it("at the end takes the block away, says the verdict, and every warning once more", () => {
    const { lines, block, tick, tell } = observed();
    const warning: RunEvent = { event: "warning", text: "someone resumed AZRebalance" };
    tell(...BEFORE, STEP, warning, warning, { event: "override.used", id: "disk", because: "it grows" });
    tell(aFinish("halted"));
    tick();
    expect(block()).toEqual([]);
    expect(lines.slice(-6)).toEqual([
      "",
      "02:05:09 Halted. The fleet is on hold.",
      "",
      "02:05:09 Warnings of this run:",
      "02:05:09   ! someone resumed AZRebalance (2 times)",
      "02:05:09   ! accepted risk disk: it grows",
    ]);
  });
});

describe("terminalScreen", () => {
  /** What reaches the terminal: what is written past the block, and what the library is told. */
  function terminal(): {
    screen: Screen;
    written: string[];
    loaded: Promise<unknown>;
    resize: (columns: number, rows: number) => void;
  } {
    const written: string[] = [];
    const update: LogUpdate = Object.assign((text: string) => void written.push(`[${text}]`), {
      clear: () => void written.push("(clear)"),
      done: () => void written.push("(done)"),
    });
    const loaded = Promise.resolve(update);
    const stream = { write: (text: string) => written.push(text) > 0, columns: 80, rows: 24 };
    const resize = (columns: number, rows: number): void => void Object.assign(stream, { columns, rows });
    return { screen: terminalScreen(stream, () => loaded), written, loaded, resize };
  }

  it("loads nothing until something is to be drawn, and until then only writes", () => {
    const { screen, written } = terminal();
    screen.print("one");
    expect(written).toEqual(["one\n"]);
  });

  it("writes lines that stay above the block, which it draws again", async () => {
    const { screen, written, loaded } = terminal();
    screen.draw(["a", "b"]);
    await loaded;
    screen.print("one");
    expect(written).toEqual(["(clear)", "[a\nb]", "(clear)", "one\n", "(clear)", "[a\nb]"]);
  });

  it("begins the block anew when it has more or fewer lines", async () => {
    const { screen, written, loaded } = terminal();
    screen.draw(["a", "b"]);
    await loaded;
    screen.draw(["a", "c"]);
    screen.draw(["c"]);
    expect(written.slice(2)).toEqual(["[a\nc]", "(clear)", "[c]"]);
  });

  describe("on a terminal that was resized", () => {
    /** What stands on a terminal after this, row by row: as much of it as is used here. */
    function standsAfter(text: string, rows: number): readonly string[] {
      const screen = Array<string>(rows).fill("?");
      let row = 0;
      for (const [, to, erase, written] of text.matchAll(/\u001b\[(\d+);1H|(\u001b\[2K)|([^\u001b\n]*\n)/g)) {
        if (to !== undefined) row = Number(to) - 1;
        else if (erase !== undefined) screen[row] = "";
        else if (written !== undefined) {
          screen[row] = written.trimEnd() || (screen[row] ?? "");
          row += 1;
        }
      }
      return screen;
    }

    it("clears it whole, prints again what stays as far as there is room, and draws the block below", async () => {
      const { screen, written, loaded, resize } = terminal();
      for (let line = 1; line <= 30; line += 1) screen.print(`line ${line}`);
      screen.print("x".repeat(70));
      screen.draw(["a", "b"]);
      await loaded;
      written.length = 0;
      resize(40, 10);
      screen.draw(["c", "d"]);
      const [repainted = "", ...rest] = written;
      expect(rest).toEqual(["(done)", "(clear)", "[c\nd]"]);
      // Ten rows: two for the block, one for the cursor, two for the long line.
      const stands = standsAfter(repainted, 10);
      expect(stands.slice(0, 6)).toEqual([...[26, 27, 28, 29, 30].map((line) => `line ${line}`), "x".repeat(70)]);
      expect(stands.slice(6)).toEqual(["", "", "", ""]);
      // Nothing is moved out of sight: it would be there twice.
      expect(repainted).not.toContain("\n\n");
    });

    it("first moves up what it does not know", async () => {
      const { screen, written, loaded, resize } = terminal();
      screen.print("one");
      screen.draw(["a"]);
      await loaded;
      written.length = 0;
      resize(100, 6);
      screen.print("two");
      expect(written[0]).toMatch(new RegExp(`^\u001b\\[6;1H\n{6}`));
      expect(written.slice(1)).toEqual(["(done)", "(clear)", "two\n", "(clear)", "[a]"]);
    });

    it("is left alone where nothing was drawn", () => {
      const { screen, written, resize } = terminal();
      resize(100, 6);
      screen.print("one");
      expect(written).toEqual(["one\n"]);
    });
  });

  it("once cleared stays so until something is drawn", async () => {
    const { screen, written, loaded } = terminal();
    screen.draw(["a"]);
    await loaded;
    screen.clear();
    screen.print("one");
    expect(written.slice(2)).toEqual(["(clear)", "(clear)", "one\n"]);
  });

  it("does without a block where the library cannot be loaded", async () => {
    const written: string[] = [];
    const stream = { write: (text: string) => written.push(text) > 0, columns: 80, rows: 24 };
    const screen = terminalScreen(stream, () => Promise.reject(new Error("not installed")));
    screen.draw(["a"]);
    await Promise.resolve();
    screen.print("one");
    expect(written).toEqual(["one\n"]);
  });
});
