/** Runs the script that reads a node's settings for real, with files in place of the node's own. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inShell } from "./inShell";

export interface NodeFiles {
  /** What `replicatedctl app-config export` prints; undefined: it fails. */
  readonly exported: string | undefined;
  /** The settings file of the build; undefined: there is none. */
  readonly built: string | undefined;
  /** What Secrets Manager has, whichever secret is asked for. */
  readonly secret?: string;
}

export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const canRunScripts = ["sh", "jq", "openssl"].every((tool) => spawnSync(tool, ["-c", ":"]).error === undefined);

/** `argv` is the command as it is sent to a node, `sh -c SCRIPT …`. */
export function runOnNode(argv: readonly string[], files: NodeFiles, shell = "sh"): Ran {
  const folder = mkdtempSync(join(tmpdir(), "node-script-"));
  try {
    const [export_, built] = [join(folder, "replicatedctl"), join(folder, "settings.json")];
    writeFileSync(join(folder, "export.json"), files.exported ?? "");
    const body = files.exported === undefined ? "echo no daemon >&2; exit 1" : `cat '${join(folder, "export.json")}'`;
    writeFileSync(export_, `#!/bin/sh\n${body}\n`);
    chmodSync(export_, 0o755);
    if (files.built !== undefined) writeFileSync(built, files.built);
    writeFileSync(join(folder, "secret"), files.secret ?? "");
    writeFileSync(join(folder, "aws"), `#!/bin/sh\ncat '${join(folder, "secret")}'\n`);
    chmodSync(join(folder, "aws"), 0o755);
    const [, flag = "", script = "", ...words] = argv;
    const here = script
      .replaceAll("/usr/local/bin/replicatedctl", export_)
      .replaceAll("/etc/ptfe-settings.json", built);
    const { status, stdout, stderr } = inShell(shell, [flag, here, ...words], {
      env: { ...process.env, PATH: `${folder}:${process.env["PATH"] ?? ""}` },
    });
    return { exitCode: status, stdout, stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
