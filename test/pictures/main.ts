/** `npm run pictures`: the README's pictures from the runs on record; with `--record` these are made anew on the lab first. */
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { reportPage } from "../../orchestration/adapters/page/reportPage";
import { findChromium, openBrowser } from "./chromium";
import { record } from "./record";
import { recorded } from "./recorded";

const PICTURES = join(__dirname, "../../docs/pictures");
const WIDTH = 1040;
/** The head, the timeline and the outage: what a reader of the README wants to see. */
const HEIGHT = 1500;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  if (process.argv.includes("--record")) await record(say);
  const executable = findChromium();
  if (executable === undefined) throw new Error("No chromium was found: name one in CHROMIUM_PATH.");
  await mkdir(PICTURES, { recursive: true });
  const browser = await openBrowser(executable);
  const { run, entries } = await recorded("clean");
  const text = await reportPage().render({ run, entries, heartbeat: undefined, now: entries.at(-1)?.at ?? 0 });
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await browser.newPage({ viewport: { width: WIDTH, height: HEIGHT }, colorScheme });
    await page.setContent(text);
    const path = join(PICTURES, `report-${colorScheme}.png`);
    await page.screenshot({ path, clip: { x: 0, y: 0, width: WIDTH, height: HEIGHT } });
    say(`${path} ${Math.round((await stat(path)).size / 1024)} KB`);
  }
  await browser.close();
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
