/** `npm run record`: a real upgrade of the lab in the live view, written to docs/pictures/upgrade.svg. Takes a few minutes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Screen } from "../../orchestration/adapters/reporters/live/screen";
import { commandLine } from "../../orchestration/program";
import { toSvg, type Frame, wrapped } from "./svg";

const COLUMNS = 100;
const ROWS = 30;
const EVERY_MS = 2000;
const WORDS = ["upgrade", "--release", "642", "--stack", "lab"];
const PICTURE = resolve(__dirname, "../../docs/pictures/upgrade.svg");

/** Stands where the terminal would: told what it is told, and looked at every other second. */
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
  screen.print(`$ npm run upgrade -- ${WORDS.slice(1).join(" ")}`);
  const frames: Frame[] = [look()];
  const timer = setInterval(() => {
    const frame = look();
    if (frame.join("\n") !== frames.at(-1)?.join("\n")) frames.push(frame);
  }, EVERY_MS);
  try {
    const out = (line: string): void => screen.print(line.replaceAll(home, "…"));
    const hidden = { ...screen, print: out };
    const signal = new AbortController().signal;
    const code = await commandLine(WORDS, { out, err: out, signal, screen: hidden });
    frames.push(look());
    const gate = frames.findIndex((frame) => frame.some((line) => line.includes("migrations run")));
    const still = gate === -1 ? frames.length - 1 : gate;
    writeFileSync(PICTURE, toSvg({ columns: COLUMNS, rows: ROWS, frames, secondsEach: 0.7, still }));
    process.stdout.write(`${frames.length} frames in ${PICTURE}\n`);
    return code;
  } finally {
    clearInterval(timer);
    rmSync(home, { recursive: true, force: true });
  }
}

void main().then((code) => process.exit(code));
