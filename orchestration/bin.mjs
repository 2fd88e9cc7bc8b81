#!/usr/bin/env node
// So that `npx tfe-repave <verb>` works in a clone, as `npm run <verb> --` does.
import "tsx";

await import("./cli.ts");
