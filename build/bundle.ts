/**
 * The published form of the program: `dist/`, plain JavaScript that needs neither tsx nor typescript. `npm pack` runs this first.
 * Each file of the sources keeps its place below `dist/`: what is beside it in the sources is beside it there.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { build as bundle, type Plugin } from "esbuild";

const ROOT = resolve(__dirname, "..");
const DIST = join(ROOT, "dist");
const ROOMS = ["infra", "orchestration", "lab"];

/** The processes that are started, and what a project's own `index.ts` imports. */
const ENTRIES = ["orchestration/cli.ts", "lab/main.ts", "infra/exported.ts"];

/** Small packages of plain JavaScript, without a state that anybody else shares: part of the bundle, so that a start reads few files. */
const BUNDLED = [
  "commander",
  "cron-parser",
  "cronstrue",
  "fastest-levenshtein",
  "fast-xml-builder",
  "luxon",
  "picocolors",
  "semver",
  "shell-quote",
  "wrap-ansi",
  "yaml",
  "zod",
];

/** The stack program as a project's own `index.ts` sees it: without types of Pulumi, which would all be checked at every `pulumi up`. */
const DECLARATION = `/** The stack program: everything that it declares is decided by Pulumi.<stack>.yaml. */
export declare const program: () => Promise<Record<string, unknown>>;
`;

/** Files that are read at run time, by where they are. */
const isRead = (file: string): boolean => file.endsWith(".sh") || /\/engine\/go\/.*(go\.mod|go\.sum|\.go)$/.test(file);

/** Where a source stands, as the bundle knows it: below the folder of the bundle's own file. */
function withPlaces(source: string, file: string): string {
  const folder = JSON.stringify(relative(ROOT, dirname(file)));
  const name = JSON.stringify(relative(ROOT, file).replace(/\.ts$/, ".js"));
  const placed = source
    .replace(/\blazily\(\s*("[^"]+")(?:,\s*__filename)?,?\s*\)/g, "require($1)")
    .replace(/\bcreateRequire\(__filename\)\(("[^"]+")\)/g, "require($1)")
    .replace(/\b__dirname\b/g, `__at(${folder})`)
    .replace(/\b__filename\b/g, `__at(${name})`);
  const left = /\blazily\((?!name)|createRequire\([^)]*\)\((?!name)/.exec(placed.replace(/lazily = \(.*/, ""));
  if (left !== null) throw new Error(`${file}: ${left[0]}…: the bundle would not find what is loaded there`);
  return placed;
}

const places: Plugin = {
  name: "places",
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (path.includes("node_modules")) return undefined;
      return { contents: withPlaces(readFileSync(path, "utf8"), path), loader: "ts" };
    });
  },
};

const external: Plugin = {
  name: "external",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
      if (importer === "" || importer.includes("node_modules") || path.startsWith("node:")) return undefined;
      const name = path
        .split("/")
        .slice(0, path.startsWith("@") ? 2 : 1)
        .join("/");
      return BUNDLED.includes(name) ? undefined : { path, external: true };
    });
  },
};

async function main(): Promise<void> {
  rmSync(DIST, { recursive: true, force: true });
  for (const entry of ENTRIES) {
    const outfile = join(DIST, entry.replace(/\.ts$/, ".js"));
    const up = relative(dirname(outfile), DIST);
    await bundle({
      entryPoints: [join(ROOT, entry)],
      outfile,
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node20",
      charset: "utf8",
      // A start reads and parses the whole file. Names and lines stay readable, for the traces of errors.
      minifyWhitespace: true,
      minifySyntax: true,
      lineLimit: 200,
      logLevel: "warning",
      banner: {
        js: `const __at = (place) => require("node:path").join(__dirname, ${JSON.stringify(up)}, place);`,
      },
      plugins: [places, external],
    });
  }
  for (const room of ROOMS) {
    for (const name of readdirSync(join(ROOT, room), { recursive: true, encoding: "utf8" })) {
      const file = join(ROOT, room, name);
      if (!isRead(file)) continue;
      const to = join(DIST, room, name);
      mkdirSync(dirname(to), { recursive: true });
      copyFileSync(file, to);
    }
  }
  copyFileSync(join(ROOT, "Pulumi.yaml"), join(DIST, "Pulumi.yaml"));
  writeFileSync(join(DIST, "infra/exported.d.ts"), DECLARATION);
}

void main();
