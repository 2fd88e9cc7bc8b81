import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";

/** Directions and circles are held by dependency-cruiser (`npm run architecture`), what is within a file by reading it. */
const ROOT = resolve(__dirname, "..");

interface Source {
  /** Path from the root, with forward slashes. */
  readonly file: string;
  readonly text: string;
}

const SOURCES: readonly Source[] = ["infra", "orchestration", "lab"].flatMap((top) =>
  readdirSync(join(ROOT, top), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ file: relative(ROOT, path), text: readFileSync(path, "utf8") })),
);

const within = (...folders: string[]): readonly Source[] =>
  SOURCES.filter(({ file }) => folders.some((folder) => file.startsWith(`${folder}/`)));

interface Cruise {
  readonly violations: readonly {
    readonly from: string;
    readonly to: string;
    readonly rule: { readonly name: string };
  }[];
  readonly totalCruised: number;
}

/** What `npm run architecture` finds in a tree with the folders of this project. */
async function cruise(tree: string): Promise<Cruise> {
  const tool = join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const rules = ["--config", join(ROOT, ".dependency-cruiser.cjs"), "--output-type", "json"];
  const run = promisify(execFile)(process.execPath, [tool, ...rules, "infra", "orchestration", "lab"], {
    cwd: tree,
    maxBuffer: 64 * 1024 * 1024,
  });
  // It ends with the number of offences.
  const { stdout } = await run.catch((error: unknown) => error as { readonly stdout: string });
  return (JSON.parse(stdout) as { readonly summary: Cruise }).summary;
}

describe("directions and circles", () => {
  test("hold, from the first file to the last", async () => {
    const { violations, totalCruised } = await cruise(ROOT);
    expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
    expect(totalCruised).toBeGreaterThanOrEqual(SOURCES.length);
  }, 60_000);

  /** By rule: a file, and what it must not import. */
  const OFFENCES: readonly (readonly [rule: string, from: string, imported: string])[] = [
    ["domain-alone", "orchestration/domain/a", "../ports/a"],
    ["domain-alone", "orchestration/domain/b", "node:fs"],
    ["domain-alone", "orchestration/domain/c", "zod"],
    ["ports-are-interfaces", "orchestration/ports/b", "../run/a"],
    ["ports-are-interfaces", "orchestration/ports/c", "../../infra/program"],
    ["core-without-adapters", "orchestration/run/a", "../adapters/aws/a"],
    ["core-without-adapters", "orchestration/fleet/a", "../commands/a"],
    ["core-without-adapters", "orchestration/upgrade/a", "zod"],
    ["core-without-adapters", "orchestration/upgrade/steps/gate", "../../adapters/aws/a"],
    ["operations-without-adapters", "orchestration/operations/a", "../adapters/aws/a"],
    ["operations-without-adapters", "orchestration/operations/b", "zod"],
    ["doctor-without-adapters", "orchestration/doctor/a", "../adapters/aws/a"],
    ["doctor-without-adapters", "orchestration/doctor/rows/a", "../../wiring/doctor"],
    ["rollout-without-adapters", "orchestration/rollout/a", "../adapters/aws/a"],
    ["rollout-without-adapters", "orchestration/rollout/b", "../upgrade/a"],
    ["rollout-without-adapters", "orchestration/rollout/c", "node:fs"],
    ["init-without-adapters", "orchestration/init/a", "../adapters/aws/a"],
    ["init-without-adapters", "orchestration/init/b", "node:fs"],
    ["steps-apart", "orchestration/upgrade/steps/drain", "./gate"],
    ["adapters-below", "orchestration/adapters/aws/b", "../../upgrade/a"],
    ["adapters-below", "orchestration/adapters/aws/c", "../../wiring/target"],
    ["adapters-in-wiring", "orchestration/commands/b", "../adapters/aws/a"],
    ["adapters-in-wiring", "orchestration/program", "./adapters/aws/a"],
    ["dialects-in-wiring", "orchestration/commands/c", "../dialects/replicated/index"],
    ["dialects-in-wiring", "orchestration/adapters/aws/d", "../../dialects/replicated/index"],
    ["wiring-for-commands", "orchestration/adapters/aws/e", "../../wiring/target"],
    ["stack-program-alone", "infra/guards", "../orchestration/domain/errors"],
    ["stack-program-alone", "infra/names", "../lab/session"],
    ["contract-imports-nothing", "infra/contract", "./names"],
    ["lab-unknown", "orchestration/commands/d", "../../lab/session"],
    ["lab-by-session", "orchestration/wiring/target", "../../lab/server"],
    ["lab-independent", "lab/a", "../orchestration/domain/errors"],
    ["lab-independent", "lab/b", "../infra/program"],
    ["aws-sdk-in-one-room", "orchestration/adapters/runStore/a", "@aws-sdk/client-s3"],
    ["aws-sdk-in-one-room", "infra/awsSdk", "@aws-sdk/client-s3"],
    ["aws-sdk-in-one-room", "orchestration/wiring/a", "@smithy/types"],
    ["pulumi-in-adapters", "orchestration/commands/e", "@pulumi/pulumi"],
    ["zx-in-one-file", "orchestration/adapters/nodeShell/a", "zx"],
    ["child-processes", "orchestration/commands/f", "node:child_process"],
    ["nothing-missing", "orchestration/commands/g", "./nowhere"],
    ["no-circles", "orchestration/domain/one", "./two"],
    ["no-circles", "orchestration/domain/two", "./one"],
    // Of types alone.
    ["no-circles", "lab/one", "type ./two"],
    ["no-circles", "lab/two", "type ./one"],
  ];

  describe("fail on a tree that breaks them", () => {
    let found: Cruise;
    beforeAll(async () => {
      const tree = await mkdtemp(join(tmpdir(), "architecture-"));
      try {
        const imports = new Map<string, string[]>();
        for (const [, from, imported] of OFFENCES) {
          const [path = "", type] = imported.split(" ").reverse();
          imports.set(from, [...(imports.get(from) ?? []), `import ${type ?? ""} { x } from "${path}";`]);
          if (path.startsWith(".") && path !== "./nowhere") {
            const target = join(dirname(from), path);
            if (!imports.has(target)) imports.set(target, []);
          }
        }
        for (const [file, lines] of imports) {
          await mkdir(dirname(join(tree, file)), { recursive: true });
          await writeFile(join(tree, `${file}.ts`), [...lines, "export type x = 1; export const y = x;"].join("\n"));
        }
        found = await cruise(tree);
      } finally {
        await rm(tree, { recursive: true });
      }
    }, 60_000);

    it.each(OFFENCES)("%s: %s -> %s", (rule, from) => {
      const named = found.violations.filter((each) => each.rule.name === rule);
      // A circle is named once, by two of its files.
      const files = named.flatMap((each) => (rule === "no-circles" ? [each.from, each.to] : [each.from]));
      expect(files).toContain(`${from}.ts`);
    });

    it("each rule has its offence", () => {
      const { forbidden } = jest.requireActual<{ forbidden: { name: string }[] }>("../.dependency-cruiser.cjs");
      expect(forbidden.map(({ name }) => name).filter((name) => !OFFENCES.some(([rule]) => rule === name))).toEqual([]);
    });
  });
});

describe("the core", () => {
  test("domain, upgrade, operations and doctor know no clock of their own, no process and no network", () => {
    const forbidden =
      /\bDate\.now\b|\bnew Date\(\)|\bprocess\.|\bset(Timeout|Interval|Immediate)\(|(?<!\.)\bfetch\(|\bglobalThis\.|\bperformance\.|\bMath\.random\b/;
    const offenders = within(
      "orchestration/domain",
      "orchestration/upgrade",
      "orchestration/fleet",
      "orchestration/run",
      "orchestration/operations",
      "orchestration/doctor",
      "orchestration/rollout",
    ).filter(({ text }) => forbidden.test(text));
    expect(offenders.map(({ file }) => file)).toEqual([]);
  });
});

describe("the tree", () => {
  const entries = (folder: string): string[] => readdirSync(join(ROOT, folder));
  const folders = (folder: string): string[] =>
    readdirSync(join(ROOT, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => [join(folder, name), ...folders(join(folder, name))]);

  test("has at most 20 files in a folder of orchestration", () => {
    const counted = ["orchestration", ...folders("orchestration")].map((folder) => ({
      folder,
      files: readdirSync(join(ROOT, folder), { withFileTypes: true }).filter((entry) => entry.isFile()).length,
    }));
    expect(counted.filter(({ files }) => files > 20)).toEqual([]);
  });

  test("has at most ten rooms of adapters", () => {
    expect(entries("orchestration/adapters").length).toBeLessThanOrEqual(10);
  });
});

describe("the order of releases", () => {
  const lint = (...args: string[]) =>
    promisify(execFile)(process.execPath, [join(ROOT, "node_modules/eslint/bin/eslint.js"), ...args], {
      cwd: ROOT,
      maxBuffer: 64 * 1024 * 1024,
    }).catch((error: unknown) => error as { readonly stdout: string });

  test("is checked in every file but the one that knows it", async () => {
    const { stdout } = await lint("--print-config", "orchestration/upgrade/upgrade.ts");
    expect((JSON.parse(stdout) as { rules: Record<string, unknown> }).rules["releases/no-arithmetic"]).toEqual([2]);
  }, 60_000);

  test("is not taken from a name", async () => {
    const dir = await mkdtemp(join(tmpdir(), "releases-"));
    try {
      const bad = [
        "a < b",
        "a >= b",
        "Number(a)",
        "parseInt(a, 10)",
        "Math.max(...(all as unknown as number[]), Number(maybe))",
        "a.localeCompare(b)",
        "all.sort()",
      ];
      await writeFile(
        join(dir, "bad.ts"),
        [
          "declare const brand: unique symbol;",
          "type Release = string & { readonly [brand]: true };",
          "declare const a: Release, b: Release, maybe: Release | undefined; declare const all: Release[];",
          ...bad.map((line) => `void (${line});`),
          // What may be done.
          "void (a === b); void all.sort((x, y) => (x === y ? 0 : 1)); void Math.max(1, 2); void ('x' < 'y');",
        ].join("\n"),
      );
      await writeFile(
        join(dir, "tsconfig.json"),
        JSON.stringify({ compilerOptions: { lib: ["es2023"], strict: true }, include: ["*.ts"] }),
      );
      await writeFile(
        join(dir, "eslint.config.cjs"),
        `const tseslint = require("node:module").createRequire(${JSON.stringify(join(ROOT, "package.json"))})("typescript-eslint");
        module.exports = [{ files: ["**/*.ts"], plugins: { releases: require(${JSON.stringify(join(ROOT, "eslint.releases.cjs"))}) },
          languageOptions: { parser: tseslint.parser, parserOptions: { project: "./tsconfig.json", tsconfigRootDir: __dirname } },
          rules: { "releases/no-arithmetic": "error" } }];`,
      );
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [join(ROOT, "node_modules/eslint/bin/eslint.js"), "--format", "json", "bad.ts"],
        { cwd: dir },
      ).catch((error: unknown) => error as { readonly stdout: string });
      const [result] = JSON.parse(stdout) as { messages: { line: number }[] }[];
      expect([...new Set(result?.messages.map(({ line }) => line))]).toEqual(bad.map((_, index) => index + 4));
    } finally {
      await rm(dir, { recursive: true });
    }
  }, 60_000);
});

describe("every file", () => {
  test("leaves the end of the process to its entry point", () => {
    const entries = ["orchestration/cli.ts", "lab/main.ts"];
    const offenders = SOURCES.filter(({ file, text }) => /\bprocess\.exit\b/.test(text) && !entries.includes(file));
    expect(offenders.map(({ file }) => file)).toEqual([]);
  });

  test("has 250 lines at most", () => {
    const long = SOURCES.map(({ file, text }) => ({ file, lines: text.trimEnd().split("\n").length }));
    expect(long.filter(({ lines }) => lines > 250)).toEqual([]);
  });

  test("prints nothing by itself", () => {
    expect(SOURCES.filter(({ text }) => /\bconsole\.\w+\(/.test(text)).map(({ file }) => file)).toEqual([]);
  });

  test("reaches the terminal through what makes text printable", () => {
    const streams = [
      "orchestration/cli.ts",
      "orchestration/commands/io.ts",
      "orchestration/adapters/machine/ttyPrompt.ts",
      // What it asks is printable.
      "orchestration/adapters/machine/questions.ts",
      // Its lines are of one line each, and printable.
      "orchestration/adapters/machine/trace.ts",
      // Its one sentence is its own.
      "orchestration/firstByte.ts",
    ];
    const product = within("infra", "orchestration");
    const writers = product.filter(({ text }) => /\bprocess\.(stdout|stderr)\b|\/dev\/(tty|std)/.test(text));
    expect(writers.map(({ file }) => file).filter((file) => !streams.includes(file))).toEqual([]);
    // Drawing goes past `io.out`: only what was painted from printable text is drawn.
    const drawers = product.filter(({ text }) => /\bscreen\??\.(print|draw)\b/.test(text));
    expect(drawers.map(({ file }) => file).sort()).toEqual([
      "orchestration/adapters/reporters/live/liveReporter.ts",
      "orchestration/adapters/reporters/rollout/liveBlock.ts",
      "orchestration/cli.ts",
      "orchestration/commands/parts/watching.ts",
    ]);
    // Escape sequences are ours, and few.
    const sequences = product.filter(({ text }) => /\\u001b|\\x1b|\\033|\\e\[/i.test(text)).map(({ file }) => file);
    expect(sequences.sort()).toEqual([
      "orchestration/adapters/reporters/live/screen.ts",
      "orchestration/adapters/reporters/textReporter.ts",
      "orchestration/commands/parts/watching.ts",
      "orchestration/domain/text/text.ts",
    ]);
  });
});
