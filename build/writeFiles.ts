import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import { stackFileSchema } from "../infra/config/jsonSchema";
import { type ProjectFile, templateFiles } from "../orchestration/init/scaffold";
import { verbNames } from "../orchestration/program";
import { name, version } from "../package.json";

const ROOT = resolve(__dirname, "..");

/** The schema of stack files as it should be, with the descriptions of `Pulumi.yaml`. */
export function currentSchema(): Readonly<Record<string, unknown>> {
  const { config } = parse(readFileSync(resolve(ROOT, "Pulumi.yaml"), "utf8")) as {
    readonly config: Readonly<Record<string, { readonly description?: string }>>;
  };
  return stackFileSchema(
    Object.fromEntries(Object.entries(config).map(([key, { description = "" }]) => [key, description])),
  );
}

/** The files of `template/` as they should be. */
export function currentTemplate(): readonly ProjectFile[] {
  return templateFiles({ name, version, verbs: verbNames });
}

/** Writes both anew: `npm run docs:project`. */
if (require.main === module) {
  mkdirSync(resolve(ROOT, "template"), { recursive: true });
  for (const { path, text } of currentTemplate()) writeFileSync(resolve(ROOT, "template", path), text);
  mkdirSync(resolve(ROOT, "schema"), { recursive: true });
  writeFileSync(resolve(ROOT, "schema/stack.schema.json"), `${JSON.stringify(currentSchema(), undefined, 2)}\n`);
}
