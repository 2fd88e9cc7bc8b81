import { gzipSync } from "node:zlib";
import { Header } from "tar";

const BLOCK = 512;

/**
 * The built-in configuration: one output, which is another one in each run, so that there is something to apply. It needs no provider and
 * builds nothing.
 */
const configuration = (message: string): string =>
  [
    "# Made by tfe-repave: a smoke run.",
    'terraform {\n  required_version = ">= 0.12"\n}',
    `output "tfe_repave" {\n  value = ${JSON.stringify(message.replace(/[^\w .:-]/g, "_"))}\n}`,
    "",
  ].join("\n\n");

/** It as the API takes configurations: a tar archive, compressed. */
export function builtInConfiguration(message: string): Buffer {
  const content = Buffer.from(configuration(message));
  const head = Buffer.alloc(BLOCK);
  new Header({ path: "main.tf", mode: 0o644, size: content.length, type: "File", mtime: new Date(0) }).encode(head);
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  return gzipSync(Buffer.concat([head, content, padding, Buffer.alloc(2 * BLOCK)]));
}
