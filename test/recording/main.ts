/**
 * `npm run record`: records a real upgrade of the lab in the live view. Writes docs/pictures/upgrade.svg and, when the run came to its
 * end, the transcript in README.md. Takes a few minutes.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Screen } from "../../orchestration/adapters/reporters/live/screen";
import { commandLine } from "../../orchestration/program";
import { toSvg, type Frame, wrapped } from "./svg";
import { shortened, withTranscript } from "./transcript";

const COLUMNS = 100;
const ROWS = 30;
const EVERY_MS = 2000;
const WORDS = ["upgrade", "--release", "642", "--stack", "lab"];
const PICTURE = resolve(__dirname, "../../docs/pictures/upgrade.svg");
const README = resolve(__dirname, "../../README.md");

/** Stands in for the terminal: takes what is printed and drawn, and shows what would be on the screen now. */
function recorder(): { screen: Screen; look: () => Frame } {
  const lines: string[] = [];
  let block: readonly string[] = [];
  return {
    screen: {
      columns: COLUMNS,
      rows: ROWS,
      print: (line) => void lines.push(...line.split("\n").flatMap((each) => wrapped(each, COLUMNS))),
      draw: (drawn) => void (block = drawn),
      clear: () => void (block = []),
    },
    look: () => [...lines, ...block].slice(-ROWS),
  };
}

async function main(): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), "tfe-repave-record-"));
  process.env["TFE_REPAVE_LAB_DIR"] = join(home, "lab");
  const { screen, look } = recorder();
  const typed = `$ npm run upgrade -- ${WORDS.slice(1).join(" ")}`;
  screen.print(typed);
  const printed = [typed];
  const frames: Frame[] = [look()];
  const timer = setInterval(() => {
    const frame = look();
    if (frame.join("\n") !== frames.at(-1)?.join("\n")) frames.push(frame);
  }, EVERY_MS);
  try {
    const err = (line: string): void => screen.print(line.replaceAll(home, "…"));
    const out = (line: string): void => {
      printed.push(line);
      err(line);
    };
    const hidden = { ...screen, print: out };
    const signal = new AbortController().signal;
    const code = await commandLine(WORDS, { out, err, signal, screen: hidden });
    frames.push(look());
    const gate = frames.findIndex((frame) => frame.some((line) => line.includes("migrations run")));
    const still = gate === -1 ? frames.length - 1 : gate;
    writeFileSync(PICTURE, toSvg({ columns: COLUMNS, rows: ROWS, frames, secondsEach: 0.7, still }));
    process.stdout.write(`${frames.length} frames in ${PICTURE}\n`);
    if (code === 0) {
      writeFileSync(
        README,
        withTranscript(readFileSync(README, "utf8"), shortened(printed.map((line) => line.replaceAll(home, "…")))),
      );
      process.stdout.write(`the transcript in ${README}\n`);
    }
    return code;
  } finally {
    clearInterval(timer);
    rmSync(home, { recursive: true, force: true });
  }
}

void main().then((code) => process.exit(code));
