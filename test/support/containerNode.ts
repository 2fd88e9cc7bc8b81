/** Runs a node's scripts for real, with a container runtime, AWS and files in place of the node's own. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inShell } from "./inShell";

export const canRunScripts = ["sh", "bash", "jq", "openssl", "timeout"].every(
  (tool) => spawnSync(tool, ["--version"]).error === undefined,
);

export interface NodeWorld {
  /** Variables of the application's container, `NAME=value`; undefined: there is no such container. */
  readonly variables?: readonly string[] | undefined;
  /** Those that its image sets. */
  readonly imageVariables?: readonly string[];
  /** What the boot wrote, by its path. */
  readonly files?: Readonly<Record<string, string>>;
  /** By ARN. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** `source:destination` of files and folders in the container. */
  readonly mounts?: readonly string[];
  readonly repoDigests?: readonly string[];
  /** Of `login`, `pull` and `run`. */
  readonly status?: Readonly<Record<string, number>>;
  /** What `run` prints. */
  readonly report?: string;
  /** Commands that do something else, by name. */
  readonly commands?: Readonly<Record<string, string>>;
}

export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Arguments of every command that was called in place of the node's own, one call a line. */
  readonly calls: string;
  /** What `login` read from standard input. */
  readonly password: string | undefined;
  /** Variables of the process that started a container. */
  readonly given: Readonly<Record<string, string>>;
  /** The folder of the registry's login, and whether it is still there. */
  readonly loginFolder: string | undefined;
  readonly leftBehind: boolean;
}

const RUNTIME = `
case "$1 $*" in
  inspect*Config.Env*) [ -f "$WORLD/variables" ] || { echo "no such container" >&2; exit 1; }; cat "$WORLD/variables" ;;
  inspect*Mounts*) cat "$WORLD/mounts" ;;
  inspect*) echo sha256:0a ;;
  image*Config.Env*) cat "$WORLD/image-variables" ;;
  image*) cat "$WORLD/image" ;;
  login*) cat >"$WORLD/password"; printf %s "$DOCKER_CONFIG" >"$WORLD/login-folder"; echo '{}' >"$DOCKER_CONFIG/config.json"; exit "$LOGIN" ;;
  pull*) [ "$PULL" -eq 0 ] || echo "Error response from daemon: manifest unknown" >&2; exit "$PULL" ;;
  run*) env -0 >"$WORLD/given"; cat "$WORLD/report"; exit "$RUN" ;;
esac`;

const AWS = `
while [ $# -gt 0 ]; do
  case "$1" in
    get-login-password) echo ecr-password; exit ;;
    --secret-id) if [ -f "$WORLD/secrets/\${2##*:}" ]; then cat "$WORLD/secrets/\${2##*:}"; exit; else echo "An error occurred (AccessDeniedException)" >&2; exit 254; fi ;;
  esac
  shift
done`;

/** `argv` is the command as it is sent to a node, `sh -c SCRIPT …`. */
export function runOnNode(argv: readonly string[], world: NodeWorld, shell = "sh"): Ran {
  const folder = mkdtempSync(join(tmpdir(), "container-node-"));
  const at = (name: string): string => join(folder, name);
  const readOr = (name: string): string | undefined =>
    existsSync(at(name)) ? readFileSync(at(name), "utf8") : undefined;
  try {
    for (const name of ["bin", "secrets", "etc/tfe"]) mkdirSync(at(name), { recursive: true });
    const commands = { docker: RUNTIME, podman: RUNTIME, aws: AWS, ...world.commands };
    for (const [name, body] of Object.entries(commands)) {
      writeFileSync(at(`bin/${name}`), `#!/usr/bin/env bash\nprintf '%s\\n' "${name} $*" >>"$WORLD/calls"\n${body}\n`);
      chmodSync(at(`bin/${name}`), 0o755);
    }
    if (world.variables) writeFileSync(at("variables"), JSON.stringify(world.variables));
    writeFileSync(at("image-variables"), JSON.stringify(world.imageVariables ?? []));
    writeFileSync(at("image"), JSON.stringify([{ RepoDigests: world.repoDigests ?? [] }]));
    writeFileSync(at("mounts"), (world.mounts ?? []).map((mount) => `${mount}\n`).join(""));
    writeFileSync(at("report"), world.report ?? "");
    for (const [arn, text] of Object.entries(world.secrets ?? {}))
      writeFileSync(at(`secrets/${arn.split(":").at(-1)}`), text);
    for (const [path, text] of Object.entries(world.files ?? {})) writeFileSync(join(folder, path), text);
    const [, flag = "", script = "", ...words] = argv;
    const here = script.replaceAll("/etc/tfe/", `${folder}/etc/tfe/`);
    const { login = 0, pull = 0, run = 0 } = world.status ?? {};
    const env = {
      PATH: `${at("bin")}:/usr/local/bin:/usr/bin:/bin`,
      WORLD: folder,
      LOGIN: String(login),
      PULL: String(pull),
      RUN: String(run),
    };
    const { status, stdout, stderr } = inShell(shell, [flag, here, ...words], { env });
    const loginFolder = readOr("login-folder");
    return {
      exitCode: status,
      stdout,
      stderr,
      calls: readOr("calls") ?? "",
      password: readOr("password"),
      given: Object.fromEntries((readOr("given") ?? "").split("\0").map(halves)),
      loginFolder,
      leftBehind: loginFolder !== undefined && existsSync(loginFolder),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const halves = (entry: string): readonly [string, string] => [
  entry.slice(0, entry.indexOf("=")),
  entry.slice(entry.indexOf("=") + 1),
];
