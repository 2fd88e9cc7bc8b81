#!/usr/bin/env -S node --max-old-space-size=400 --max-semi-space-size=8
// `npx tfe-repave <verb>`: in a clone it runs the sources, in an installed package what was built of them.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

if (existsSync(new URL("./cli.ts", import.meta.url))) {
  await import("tsx");
  await import("./cli.ts");
} else {
  // For the health check after a first build: it is run by this same file.
  process.env.TFE_REPAVE_BIN = fileURLToPath(import.meta.url);
  // `import` would first search the whole bundle for what it exports, which takes as long as all the rest of a start.
  createRequire(import.meta.url)("../dist/orchestration/cli.js");
}
