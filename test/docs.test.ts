import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { CONFIG_KEYS, parseConfig, readStackFile } from "../infra/config/index";
import { FAULT_NAMES } from "../lab/faults";
import { EXIT_CODES } from "../orchestration/commands/parts/exitCodes";
import { ROWS } from "../orchestration/doctor/rows";
import { ERRORS } from "../orchestration/domain/errors";
import { ACCEPTABLE, CHECKS } from "../orchestration/upgrade/checks";
import { STEPS } from "../orchestration/upgrade/steps";
import { BEGIN, END, withTranscript } from "./recording/transcript";

const ROOT = resolve(__dirname, "..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const DECISIONS = readdirSync(join(ROOT, "docs/decisions")).map((name) => `docs/decisions/${name}`);
const DOCS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "lab/README.md"].concat(
  readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
  DECISIONS,
);

/** Cells of the rows of the table whose heading row begins with `heading`. */
function table(path: string, heading: string): readonly (readonly string[])[] {
  const lines = read(path).split("\n");
  const start = lines.findIndex((line) => new RegExp(`^\\| ${heading} +\\|`).test(line));
  expect(start).toBeGreaterThan(-1);
  const rows = lines.slice(start + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith("|")),
    )
    .map((row) =>
      row
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** As GitHub makes it of a heading. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");

const plain = (cell: string | undefined): string => (cell ?? "").replaceAll("`", "");

describe("README.md", () => {
  it("has the steps, with what each does and costs", () => {
    expect(table("README.md", "step")).toEqual(STEPS.map(({ id, title, outage }) => [id, title, outage]));
  });

  it("is at most 150 lines and 1,500 words", () => {
    const text = read("README.md");
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(150);
    expect(text.split(/\s+/).length).toBeLessThanOrEqual(1500);
  });

  it("has its sections in this order", () => {
    const headings = [...read("README.md").matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([
      "tfe-repave",
      "Quick start",
      "What you see",
      "Install",
      "First stack",
      "Upgrade",
      "Safety",
      "Limits",
      "Links",
    ]);
  });

  it("gives the two commands that need no account, to the letter", () => {
    expect(read("README.md")).toContain(
      "```\nnpm ci && npm run upgrade -- --release 642 --stack lab\nnpm ci && npm test\n```",
    );
  });

  it("shows a whole run between the markers of `npm run record`", () => {
    const text = read("README.md");
    const recorded = text.slice(text.indexOf(BEGIN), text.indexOf(END));
    expect(withTranscript(text, recorded.split("\n").slice(3, -3))).toBe(text);
    expect(recorded.match(/▶ /g)).toHaveLength(STEPS.filter(({ outage }) => outage !== "no").length);
  });

  it("links to every page of docs/", () => {
    const pages = DOCS.filter((path) => /^docs\/[\w-]+\.md$/.test(path));
    const text = read("README.md");
    expect(pages.filter((path) => !text.includes(`](${path})`))).toEqual([]);
  });
});

describe("docs/safety.md", () => {
  it("has every invariant of the contract, with code that enforces it and a test", () => {
    const rows = table("docs/safety.md", "invariant");
    expect(rows.map(([id]) => id)).toEqual([
      "no-overlap",
      "quiet-at-zero",
      "no-lost-work",
      "one-before-two",
      "never-kill-a-booting-node",
      "prepared-is-not-started",
      "fenced",
      "staged-is-not-active",
      "one-writer",
      "resumable",
      "path-is-legal",
      "fail-closed",
      "no-secrets",
      "truthful",
    ]);
    for (const [, , code, test] of rows) {
      expect(code).toMatch(/^`[\w/.]+\.ts`/);
      expect(test).toMatch(/^`test\/[\w/.]+\.test\.ts` “.+”$/);
    }
  });

  it("takes the outage apart as a run does", () => {
    expect(table("docs/safety.md", "part").map(([part]) => plain(part))).toEqual([
      "deregistration",
      "termination",
      "overhead",
      "build",
      "start",
      "firstAnswer",
    ]);
  });
});

describe("docs/commands.md", () => {
  it("has every exit code", () => {
    const codes = new Set([2, ...Object.values(EXIT_CODES)].map(String));
    expect(table("docs/commands.md", "exit code").map(([code]) => code)).toEqual([...codes].sort((a, b) => +a - +b));
  });

  it("has every verb", () => {
    const commands = table("docs/commands.md", "command").map(([command]) => plain(command));
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const verbs = Object.keys(scripts).filter((name) => scripts[name]?.endsWith(`orchestration/cli.ts ${name}`));
    expect(verbs.length).toBeGreaterThanOrEqual(17);
    expect(
      verbs.filter(
        (verb) => !commands.some((command) => command.includes(`npm run ${verb} `) || command === `npm run ${verb}`),
      ),
    ).toEqual([]);
  });
});

describe("docs/operations.md", () => {
  it("has every row of doctor, in its order", () => {
    const rows = table("docs/operations.md", "row").map(([title, id]) => [title, plain(id)]);
    expect(rows).toEqual(ROWS.map(({ id, title }) => [title, id]));
  });
});

describe("docs/upgrade.md", () => {
  it("has the checks of preflight, and says which can be accepted", () => {
    const rows = table("docs/upgrade.md", "check").map(([id, holds, acceptable]) => [plain(id), holds, acceptable]);
    expect(rows).toEqual(CHECKS.map(({ id, holds }) => [id, holds, ACCEPTABLE.includes(id) ? "yes" : "no"]));
  });
});

describe("docs/configuration.md", () => {
  it("shows a configuration that is one", () => {
    const [, shown] = /^```yaml$([^]*?)^```$/m.exec(read("docs/configuration.md")) ?? [];
    expect(parseConfig(readStackFile(shown ?? ""))).toMatchObject({ imageTag: "1.2.2", services: "existing" });
  });

  it("has every configuration key with its default, in the order of the schema", () => {
    const { config } = parse(read("Pulumi.yaml")) as { config: Record<string, { default?: unknown }> };
    const shown = (value: unknown): string =>
      value === undefined ? "required" : typeof value === "string" ? value : JSON.stringify(value);
    const rows = table("docs/configuration.md", "key").map(([key, given]) => [plain(key), plain(given)]);
    expect(rows).toEqual(CONFIG_KEYS.map((key) => [key, shown(config[key]?.default)]));
  });
});

describe("docs/runbook.md", () => {
  const [, ...sections] = (read("docs/runbook.md").split("## Error codes")[1] ?? "").split("\n### ");
  const byCode = new Map(sections.map((text) => [text.split("\n")[0] ?? "", text]));

  it("has a section for each error, in the order of their table, and no other", () => {
    expect([...byCode.keys()]).toEqual(Object.keys(ERRORS));
  });

  it.each(Object.keys(ERRORS) as (keyof typeof ERRORS)[])("%s: what happened, the state, what to do", (code) => {
    expect(ERRORS[code].remedy).not.toBe("");
    for (const label of ["What happened", "State", "Do"]) expect(byCode.get(code)).toMatch(`- **${label}:** `);
  });
});

describe("docs/failures.md", () => {
  it("goes through the failures of orchestrators without a gap", () => {
    const ids = table("docs/failures.md", "id").map(([id]) => id);
    expect(ids).toEqual(Array.from({ length: 42 }, (_, index) => `F${index + 1}`));
  });

  it("names only faults that the lab knows", () => {
    const cited = [...read("docs/failures.md").matchAll(/fault `([\w-]+)`/g)].map(([, name]) => name);
    expect(cited.filter((name) => !(FAULT_NAMES as readonly (string | undefined)[]).includes(name))).toEqual([]);
  });
});

describe("docs/decisions", () => {
  it("are numbered without a gap", () => {
    expect(DECISIONS.map((path) => /\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1]).sort()).toEqual(
      DECISIONS.map((_, index) => String(index + 1).padStart(4, "0")),
    );
  });

  it("say of a superseded decision which one holds now, and of that one which it replaces", () => {
    const links = (words: RegExp): readonly string[] =>
      DECISIONS.flatMap((path) => {
        const [, number, other] = new RegExp(`^# (\\d+)[^]*?^${words.source} (\\d+)\\.$`, "m").exec(read(path)) ?? [];
        return number === undefined || other === undefined ? [] : [[number, other].join()];
      });
    const turned = (pair: string): string => pair.split(",").reverse().join();
    expect(links(/Superseded by/)).toEqual(["12,25", "14,26"]);
    expect(links(/Supersedes/).map(turned)).toEqual(links(/Superseded by/));
  });

  it("name every library in use", () => {
    const { dependencies, devDependencies } = JSON.parse(read("package.json")) as Record<
      "dependencies" | "devDependencies",
      Record<string, string>
    >;
    const text = read("docs/decisions/0026-libraries.md");
    const named = [...text.matchAll(/`([@\w/-]+)`/g)].map(([, name = ""]) => name);
    const missing = Object.keys({ ...dependencies, ...devDependencies }).filter(
      (library) =>
        !library.startsWith("@types/") && !named.some((name) => library === name || library.startsWith(`${name}/`)),
    );
    expect(missing).toEqual([]);
  });

  it.each(DECISIONS)("%s: context, decision, consequences", (path) => {
    const headings = [...read(path).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(["Context", "Decision", "Consequences"]);
  });
});

describe.each(DOCS)("%s", (path) => {
  const text = read(path);

  it("cites only files that are there", () => {
    const cited = [...text.matchAll(/`((?:infra|orchestration|lab|test|docs)\/[\w./-]*)`/g)].flatMap(
      ([, p]) => p ?? [],
    );
    const linked = [...text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, p]) =>
      join(dirname(path), p ?? ""),
    );
    expect([...cited, ...linked].filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it("links only to headings that are there", () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)];
    const missing = links.filter(([, file = "", heading = ""]) => {
      const headings = [...read(file === "" ? path : join(dirname(path), file)).matchAll(/^#+ (.+)$/gm)];
      return !headings.some(([, words = ""]) => anchor(words) === heading);
    });
    expect(missing.map(([whole]) => whole)).toEqual([]);
  });

  it("cites only tests that are there", () => {
    const cited = [...text.matchAll(/`(test\/[\w./-]+\.test\.ts)` “([^”]+)”/g)];
    const missing = cited.filter(
      ([, file = "", title = ""]) => !existsSync(join(ROOT, file)) || !read(file).includes(title),
    );
    expect(missing.map(([whole]) => whole)).toEqual([]);
  });

  it("gives only commands that package.json has", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const cited = [...text.matchAll(/npm run (?:--\S+ )?([a-z][\w:-]*)/g)].map(([, name]) => name ?? "");
    expect(cited.filter((name) => !(name in scripts))).toEqual([]);
  });
});
