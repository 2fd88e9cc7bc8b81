/** Executes a node's user data in a folder instead of a machine, with what talks to AWS or to the machine replaced on PATH. */
import { execFile, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { inShell } from "./inShell";

export interface Boot {
  readonly exitCode: number;
  readonly log: string;
  /** The installer's arguments; undefined: it was not reached. */
  readonly installerArguments: readonly string[] | undefined;
  /** `http_proxy` and `no_proxy` as the installer saw them. */
  readonly installerProxy: string | undefined;
  /** Lines `<command> <arguments>` of the commands that were replaced, in order. */
  readonly calls: readonly string[];
  /** Content of a file below the root; undefined where there is none. */
  readonly file: (name: string) => string | undefined;
  /** Runs more shell below the same root, as a log-in shell would. */
  readonly shell: (program: string, script: string) => { readonly status: number | null; readonly stdout: string };
}

/** The script is bash for Linux and merges settings with jq. */
export const canBoot = process.platform === "linux" && spawnSync("jq", ["--version"]).status === 0;

export const INSTALLER = `
printf '%s\\0' "$@" >"$WORLD/installer-arguments"
printf '%s %s' "\${http_proxy:-}" "\${no_proxy:-}" >"$WORLD/installer-proxy"
`;

/** Each logs its arguments; `aws` and `curl` answer from the folder of the world. */
const COMMANDS: Readonly<Record<string, string>> = {
  aws: `
case "$1" in
  secretsmanager) while [ "$1" != --secret-id ]; do shift; done; cat "$WORLD/secrets/\${2##*/}" ;;
  ecr) printf password ;;
  s3) printf package >"\${@: -1}" ;;
esac`,
  curl: `
for last; do :; done
output=; while [ $# -gt 0 ]; do if [ "$1" = --output ]; then output="$2"; fi; shift; done
case "$last" in
  */latest/api/token) printf token ;;
  */meta-data/local-ipv4) printf 10.0.0.5 ;;
  */tags/instance/tfe-repave:prepared) printf '%s' "\${TAG_STATUS:-404}" ;;
  *.tar.gz) tar -czf "$output" -C "$WORLD/installer" install.sh ;;
  *) cp "$WORLD/installer/install.sh" "$output" ;;
esac`,
  id: "exit 1",
  useradd: "",
  chown: "",
  "update-ca-certificates": "",
  systemctl: `
if [ "$*" = "start tfe-repave-start.service" ]; then bash "$ROOT/usr/local/sbin/tfe-repave-start"; fi`,
  iptables: "",
};

export interface World {
  /** More commands on PATH, by name: what each does, as shell. */
  readonly commands?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Boots; `secrets` by the last part of their ARN. Nothing outlives `use`. */
export async function boot(
  script: string,
  secrets: Readonly<Record<string, string>>,
  use: (boot: Boot) => void,
  more: World = {},
): Promise<void> {
  const world = mkdtempSync(path.join(tmpdir(), "first-boot-"));
  const root = path.join(world, "root");
  try {
    for (const folder of ["bin", "secrets", "installer", "root/etc"])
      mkdirSync(path.join(world, folder), { recursive: true });
    for (const [name, body] of Object.entries({ ...COMMANDS, ...more.commands })) {
      const file = path.join(world, "bin", name);
      writeFileSync(file, `#!/usr/bin/env bash\nprintf '%s\\n' "${name} $*" >>"$WORLD/calls"\n${body}\n`);
      chmodSync(file, 0o755);
    }
    for (const [name, text] of Object.entries(secrets)) writeFileSync(path.join(world, "secrets", name), text);
    writeFileSync(path.join(world, "installer/install.sh"), INSTALLER);
    writeFileSync(path.join(world, "user-data"), script);

    const env = { PATH: `${world}/bin:/usr/local/bin:/usr/bin:/bin`, ROOT: root, WORLD: world, ...more.env };
    const exitCode = await run("bash", [path.join(world, "user-data")], env);
    const read = (name: string): string | undefined => textOf(path.join(world, name));
    use({
      exitCode,
      log: read("root/var/log/tfe-repave-user-data.log") ?? "",
      installerArguments: read("installer-arguments")?.split("\0").slice(0, -1),
      installerProxy: read("installer-proxy"),
      calls: read("calls")?.split("\n").slice(0, -1) ?? [],
      file: (name) => textOf(path.join(root, name)),
      shell: (program, text) => inShell(program, ["-c", text], { env }),
    });
  } finally {
    rmSync(world, { recursive: true });
  }
}

function run(program: string, argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve) => {
    const child = execFile(program, argv, { env, timeout: 20_000 });
    child.on("close", (code) => resolve(code ?? -1));
  });
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
