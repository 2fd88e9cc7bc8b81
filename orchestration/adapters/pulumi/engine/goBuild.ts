import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { childVariables } from "../../../../infra/childVariables";
import { ENGINE_VERSION } from "./version";

const BUILD_TIMEOUT_MS = 30 * 60_000;
/** At most one line of progress in this time (ms): a build names well over a thousand packages. */
const PROGRESS_EVERY_MS = 5_000;
/** Lines of the compiler's output that go into the error. */
const LAST_LINES = 8;

/** Oldest Go that builds the pinned modules; their go.mod files say the same. */
export const GO_MINIMUM = "1.25.11";

interface GoProgram {
  /** Folder under `go/` with the module that pins the program. */
  readonly module: string;
  readonly package: string;
  readonly executable: string;
  readonly version: string;
  readonly title: string;
}

/** The command line interface, and the language host that a plain `pulumi up` needs beside it. */
const PROGRAMS: readonly GoProgram[] = [
  {
    module: "cli",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    executable: "pulumi",
    version: ENGINE_VERSION,
    title: "the Pulumi CLI (takes some minutes)",
  },
  {
    // The newest host that is part of a Go module; the protocol between the two has not changed since.
    module: "language-nodejs",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    executable: "pulumi-language-nodejs",
    version: "3.50.0",
    title: "the Node.js language host",
  },
];

/** Builds the engine's programs into `<root>/bin` with the `go` at that path. Rejects with the compiler's last words. */
export async function buildWithGo(
  go: string,
  root: string,
  env: NodeJS.ProcessEnv,
  onProgress: (line: string) => void,
): Promise<void> {
  for (const program of PROGRAMS) {
    onProgress(`building ${program.title} ${program.version} with ${go}`);
    await build(go, program, join(root, "bin", program.executable), env, onProgress);
  }
}

async function build(
  go: string,
  program: GoProgram,
  output: string,
  env: NodeJS.ProcessEnv,
  onProgress: (line: string) => void,
): Promise<void> {
  const stamp = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${program.version}`;
  // Nothing but the committed go.mod and go.sum may decide what is built; -v names each package, which is the progress.
  const flags = ["-v", "-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", `-s -w ${stamp}`, "-o", output];
  const child = spawn(go, ["build", ...flags, program.package], {
    cwd: join(__dirname, "go", program.module),
    env: {
      ...childVariables(env, ["person", "network", "go"]),
      CGO_ENABLED: "0",
      GOWORK: "off",
      GOTOOLCHAIN: env["GOTOOLCHAIN"] ?? "local",
    },
    stdio: ["ignore", "ignore", "pipe"],
    timeout: BUILD_TIMEOUT_MS,
  });
  const ended = new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status, signal) => resolve(status === null ? String(signal) : `status ${status}`));
  });
  const [end, last] = await Promise.all([ended, follow(child.stderr, onProgress)]);
  if (end !== "status 0") throw new Error(`go build of ${program.executable} ended with ${end}:\n${last.join("\n")}`);
}

/** Reads the compiler's output to its end: a line of progress now and then, the last lines as the result. */
async function follow(output: NodeJS.ReadableStream, onProgress: (line: string) => void): Promise<readonly string[]> {
  const last: string[] = [];
  let [downloaded, compiled, shown] = [0, 0, performance.now()];
  for await (const line of createInterface({ input: output })) {
    last.push(line);
    if (last.length > LAST_LINES) last.shift();
    if (line.startsWith("go: downloading ")) downloaded += 1;
    else compiled += 1;
    if (performance.now() - shown < PROGRESS_EVERY_MS) continue;
    shown = performance.now();
    onProgress(`  ${downloaded} modules downloaded, ${compiled} packages compiled; now ${line}`);
  }
  return last;
}
