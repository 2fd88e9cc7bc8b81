import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Machine } from "../../../../orchestration/adapters/pulumi/engine/cache";
import type { Download } from "../../../../orchestration/adapters/pulumi/engine/download";

/** A temp folder with a home, a cache and a folder that is the whole PATH. */
export interface Sandbox {
  readonly root: string;
  readonly path: string;
  readonly cache: string;
  readonly machine: Machine;
  remove(): void;
}

export function createSandbox(): Sandbox {
  const root = mkdtempSync(join(tmpdir(), "engine-"));
  const path = join(root, "tools", "bin");
  mkdirSync(path, { recursive: true });
  return {
    root,
    path,
    cache: join(root, "cache", "tfe-repave", "engine"),
    machine: { env: { PATH: path, HOME: root, XDG_CACHE_HOME: join(root, "cache") }, platform: "linux", arch: "x64" },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

export function writeScript(path: string, body: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}

/** A `pulumi` that knows its version and nothing else. */
export function writePulumi(path: string, version: string): void {
  writeScript(path, `[ "$1" = version ] && echo ${version}`);
}

/** A `go` that takes a moment, logs its arguments and writes an executable that prints `prints` where the build should. */
export function writeGo(sandbox: Sandbox, prints = "v3.259.0"): { readonly builds: () => readonly string[] } {
  const log = join(sandbox.root, "go.log");
  writeFileSync(log, "");
  writeScript(
    join(sandbox.path, "go"),
    `PATH=/usr/bin:/bin
echo "$*" >> '${log}'
sleep 0.05
while [ $# -gt 1 ]; do
  [ "$1" = -o ] && out=$2
  shift
done
mkdir -p "$(dirname "$out")"
printf '#!/bin/sh\\necho ${prints}\\n' > "$out"
chmod +x "$out"`,
  );
  return {
    builds: () =>
      readFileSync(log, "utf8")
        .split("\n")
        .filter((line) => line !== ""),
  };
}

export const NO_DOWNLOAD: Download = {
  reachable: () => Promise.resolve(false),
  install: () => Promise.reject(new Error("must not be called")),
};

/** A download that brings this version. */
export function downloadOf(version: string): Download {
  return {
    reachable: () => Promise.resolve(true),
    install(root) {
      writePulumi(join(root, "bin", "pulumi"), version);
      return Promise.resolve();
    },
  };
}
