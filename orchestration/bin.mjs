#!/usr/bin/env -S node --max-old-space-size=400 --max-semi-space-size=8
// So that `npx tfe-repave <verb>` works in a clone, as `npm run <verb> --` does.
import "tsx";

await import("./cli.ts");
