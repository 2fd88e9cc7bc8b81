/** The report in a real browser: it fits, asks for nothing, says nothing wrong, and can be read by everybody. */
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { reportPage } from "../../orchestration/adapters/page/reportPage";
import { findChromium, openBrowser } from "../pictures/chromium";
import { recorded, RECORDED_RUNS } from "../pictures/recorded";

jest.setTimeout(120_000);

const CHROMIUM = findChromium();
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const VIEWS = [
  { width: 1200, colorScheme: "light", media: "screen" },
  { width: 360, colorScheme: "dark", media: "screen" },
  { width: 800, colorScheme: "dark", media: "print" },
] as const;

interface Found {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

// Skipped by name where there is no browser, so that nobody takes it for passed.
(CHROMIUM === undefined ? describe.skip : describe)("the report in Chromium", () => {
  let browser: Browser;
  beforeAll(async () => (browser = await openBrowser(CHROMIUM ?? "")));
  afterAll(() => browser.close());

  it.each(RECORDED_RUNS)("of the run on record: %s", async (name) => {
    const { run, entries } = await recorded(name);
    const text = await reportPage().render({ run, entries, heartbeat: undefined, now: entries.at(-1)?.at ?? 0 });
    for (const { width, colorScheme, media } of VIEWS) {
      const view = `${name}, ${width}, ${colorScheme}, ${media}`;
      // The page's own policy would keep out the checker, too.
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
      const [said, asked]: [string[], string[]] = [[], []];
      page.on("console", (message) => said.push(message.text()));
      page.on("request", (request) => asked.push(request.url()));
      await page.emulateMedia({ media, colorScheme });
      await page.setContent(text);
      expect([view, said, asked]).toEqual([view, [], []]);
      const wide = await page.evaluate("document.documentElement.scrollWidth");
      expect([view, wide]).toEqual([view, width]);
      const drawn = await page.evaluate(
        "[...document.querySelectorAll('svg')].filter((svg) => svg.clientWidth > 0).length",
      );
      expect(drawn).toBeGreaterThanOrEqual(3);
      if (media === "print") {
        await page.close();
        continue;
      }
      await page.addScriptTag({ content: AXE });
      const { violations } = await page.evaluate<Found>("axe.run()");
      const grave = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
      expect([view, grave.map(({ id, nodes }) => [id, nodes[0]?.html.slice(0, 200)])]).toEqual([view, []]);
      await page.close();
    }
  });
});
