import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative, resolve } from "node:path";

/** Reads the imports of every file and fails on a wrong direction: cli -> commands -> upgrade -> ports <- adapters. */
const ROOT = resolve(__dirname, "..");

interface Source {
  /** Path from the root, with forward slashes. */
  readonly file: string;
  readonly text: string;
  /** Files of the project by their path from the root, without extension; packages by name. */
  readonly imports: readonly string[];
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|\brequire\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g;

function read(file: string): Source {
  const text = readFileSync(join(ROOT, file), "utf8");
  const specifiers = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? match[4] ?? "");
  const imports = specifiers.map((specifier) =>
    specifier.startsWith(".") ? normalize(join(dirname(file), specifier)).replace(/\.ts$/, "") : specifier,
  );
  return { file, text, imports };
}

const SOURCES: readonly Source[] = ["infra", "orchestration", "lab"].flatMap((top) =>
  readdirSync(join(ROOT, top), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => read(relative(ROOT, join(entry.parentPath, entry.name)))),
);

const within = (...folders: string[]): readonly Source[] =>
  SOURCES.filter(({ file }) => folders.some((folder) => file.startsWith(folder) || file === `${folder}.ts`));

const isOurs = (name: string): boolean => /^(infra|orchestration|lab)(\/|$)/.test(name);

/** `file -> import` of every import that the rule does not allow. */
function offences(sources: readonly Source[], isAllowed: (name: string, from: Source) => boolean): readonly string[] {
  return sources.flatMap((source) =>
    source.imports.filter((name) => !isAllowed(name, source)).map((name) => `${source.file} -> ${name}`),
  );
}

/** Rules about our own files only, or about packages only. */
const ours =
  (isAllowed: (name: string, from: Source) => boolean) =>
  (name: string, from: Source): boolean =>
    !isOurs(name) || isAllowed(name, from);
const packages =
  (isAllowed: (name: string, from: Source) => boolean) =>
  (name: string, from: Source): boolean =>
    isOurs(name) || isAllowed(name, from);

const startsWith =
  (...prefixes: string[]) =>
  (name: string): boolean =>
    prefixes.some((prefix) => name === prefix || name.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`));

test("the sources are found, and their imports are read", () => {
  expect(SOURCES.length).toBeGreaterThan(150);
  expect(read("orchestration/upgrade/steps/index.ts").imports).toContain("orchestration/upgrade/steps/drain");
  expect(SOURCES.flatMap(({ imports }) => imports).filter((name) => name === "")).toEqual([]);
});

describe("the core", () => {
  test("domain imports nothing but itself, and the library that knows the time zones", () => {
    expect(offences(within("orchestration/domain"), startsWith("orchestration/domain", "luxon"))).toEqual([]);
  });

  test("ports import the domain's types and the contract with the stack", () => {
    expect(
      offences(
        within("orchestration/ports"),
        startsWith("orchestration/domain", "orchestration/ports", "infra/contract"),
      ),
    ).toEqual([]);
  });

  test("upgrade imports no adapter, no command, and no package at all", () => {
    const allowed = startsWith(
      "orchestration/domain",
      "orchestration/ports",
      "orchestration/run",
      "orchestration/fleet",
      "orchestration/upgrade",
      "infra/contract",
    );
    expect(offences(within("orchestration/upgrade", "orchestration/fleet", "orchestration/run"), allowed)).toEqual([]);
  });

  test("operations import what upgrade may, upgrade itself, and the nearest word", () => {
    const allowed = startsWith(
      "orchestration/domain",
      "orchestration/ports",
      "orchestration/run",
      "orchestration/fleet",
      "orchestration/upgrade",
      "orchestration/operations",
      "infra/contract",
      "fastest-levenshtein",
    );
    expect(within("orchestration/operations").length).toBeGreaterThanOrEqual(10);
    expect(offences(within("orchestration/operations"), allowed)).toEqual([]);
  });

  test("a step imports no other step", () => {
    const steps = within("orchestration/upgrade/steps").filter(({ file }) => !file.endsWith("/index.ts"));
    expect(steps.length).toBeGreaterThanOrEqual(11);
    expect(offences(steps, (name) => !name.startsWith("orchestration/upgrade/steps"))).toEqual([]);
  });

  test("domain, upgrade and operations know no clock of their own, no process and no network", () => {
    const forbidden =
      /\bDate\.now\b|\bnew Date\(\)|\bprocess\.|\bset(Timeout|Interval|Immediate)\(|\bfetch\(|\bperformance\.|\bMath\.random\b/;
    const offenders = within(
      "orchestration/domain",
      "orchestration/upgrade",
      "orchestration/fleet",
      "orchestration/run",
      "orchestration/operations",
    ).filter(({ text }) => forbidden.test(text));
    expect(offenders.map(({ file }) => file)).toEqual([]);
  });
});

describe("the edges", () => {
  test("adapters import no step, no command and no wiring", () => {
    const allowed = ours(startsWith("orchestration/domain", "orchestration/ports", "orchestration/adapters", "infra"));
    expect(offences(within("orchestration/adapters"), allowed)).toEqual([]);
  });

  test("only commands and the command line know how things are put together", () => {
    const others = SOURCES.filter(
      ({ file }) => !/^orchestration\/(commands\/|cli\.ts$|program\.ts$|wiring)/.test(file),
    );
    expect(
      offences(others, (name) => !startsWith("orchestration/wiring/target", "orchestration/commands")(name)),
    ).toEqual([]);
  });

  test("the stack program knows nothing of the orchestrator, nor of the lab", () => {
    expect(offences(within("infra"), ours(startsWith("infra")))).toEqual([]);
    expect(within("infra/contract").flatMap(({ imports }) => imports)).toEqual([]);
  });
});

describe("the lab", () => {
  test("is known to the product in one place, and to the command line", () => {
    const product = within("infra", "orchestration").filter(
      ({ file }) => !/^orchestration\/(program|wiring\/(target|runs|stacks)|commands\/lab)\.ts$/.test(file),
    );
    expect(offences(product, (name) => !startsWith("lab")(name))).toEqual([]);
    const known = within("orchestration/program", "orchestration/wiring/target").flatMap(({ imports }) => imports);
    expect(known.filter(startsWith("lab")).filter((name) => name !== "lab/session")).toEqual([]);
  });

  test("knows nothing of the product but the clock's scale and the contract", () => {
    const allowed = startsWith("lab", "infra/runs/clockScale", "infra/contract");
    expect(offences(within("lab"), ours(allowed))).toEqual([]);
  });
});

describe("packages", () => {
  test("zx is in the one file that runs commands", () => {
    const others = SOURCES.filter(({ file }) => file !== "orchestration/adapters/machine/process.ts");
    expect(
      offences(
        others,
        packages((name) => name !== "zx"),
      ),
    ).toEqual([]);
  });

  test("the AWS SDK and Pulumi are in adapters, infra and the lab", () => {
    const others = SOURCES.filter(({ file }) => !/^(orchestration\/adapters|infra|lab)\//.test(file));
    expect(
      offences(
        others,
        packages((name) => !/^@(aws-sdk|smithy|pulumi)\//.test(name)),
      ),
    ).toEqual([]);
  });

  test("child processes are started by few", () => {
    const spawning = SOURCES.filter(({ imports }) => imports.includes("node:child_process")).map(({ file }) => file);
    expect(spawning.filter((file) => !/^(orchestration\/adapters|lab)\//.test(file))).toEqual([]);
  });
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
});
