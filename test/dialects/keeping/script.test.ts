/** The scripts with which a node writes its secret settings into a secret, run for real with AWS and the application replaced. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepCommand as containerCommand } from "../../../orchestration/dialects/fdo/scripts";
import { parseWritten, written } from "../../../orchestration/dialects/keepSettings";
import { keepCommand } from "../../../orchestration/dialects/replicated/settingsScript";
import { canRunScripts } from "../../support/nodeScript";
import { inShell } from "../../support/inShell";

const ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tfe-repave/production/settings-A1b2C3";
const NASTY = "  $HOME `id` \\ \"'! ~#: %s€ü  ";
const WORD = "correct-horse-battery";

/** Secrets Manager as the script calls it: the secret is a file, and each call is written down. */
const AWS = `#!/bin/sh
printf '%s\\n' "$*" >>"$FOLDER/calls"
case "$2" in
  put-secret-value)
    [ -f "$FOLDER/denied" ] && { echo "An error occurred (AccessDeniedException) when calling PutSecretValue" >&2; exit 254; }
    cat >"$FOLDER/secret" ;;
  get-secret-value) cat "$FOLDER/secret" ;;
esac
`;

/** The settings as the application of each kind prints them, and the command that a node is sent. */
const KINDS = {
  replicated: {
    names: ["enc_password", "pg_password"],
    command: (names: readonly string[]) => keepCommand({ secretArn: ARN, names }),
    program: "replicatedctl",
    prints: (settings: Readonly<Record<string, string>>) =>
      `cat <<'END'\nwarning\n${JSON.stringify(Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, { value }])))}\nEND`,
  },
  container: {
    names: ["TFE_ENCRYPTION_PASSWORD", "TFE_DATABASE_PASSWORD"],
    command: (names: readonly string[]) =>
      containerCommand({ secretArn: ARN, names }, { runtime: "docker", id: "0123456789ab" }),
    program: "docker",
    prints: (settings: Readonly<Record<string, string>>) =>
      `case "$*" in
  *Config.Env*0123456789ab) cat <<'END'\n${JSON.stringify(Object.entries(settings).map(([name, value]) => `${name}=${value}`))}\nEND
  ;;
  inspect*) echo sha256:0a ;;
  image*) echo '[]' ;;
esac`,
  },
} as const;

function run(kind: keyof typeof KINDS, values: readonly string[], { denied = false, shell = "sh" } = {}) {
  const { names, command, program, prints } = KINDS[kind];
  const folder = mkdtempSync(join(tmpdir(), "keep-settings-"));
  try {
    const file = (name: string, text: string): void => {
      writeFileSync(join(folder, name), text);
      chmodSync(join(folder, name), 0o755);
    };
    const settings = Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
    file("aws", AWS);
    file(
      program,
      `#!/bin/sh\n${prints({ ...settings, TFE_OTHER: "stays-here-unread", other: "stays-here-unread" })}\n`,
    );
    if (denied) file("denied", "");
    const [, flag = "", script = "", ...words] = command(names);
    const here = script.replaceAll("/usr/local/bin/replicatedctl", join(folder, "replicatedctl"));
    const env = { ...process.env, PATH: `${folder}:${process.env["PATH"] ?? ""}`, FOLDER: folder };
    const { status, stdout, stderr } = inShell(shell, [flag, here, ...words], { env });
    const secret = join(folder, "secret");
    const kept = existsSync(secret) ? (JSON.parse(readFileSync(secret, "utf8")) as unknown) : undefined;
    const calls = existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8") : "";
    return { status, stdout, stderr, kept, calls, settings, names };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

(canRunScripts ? describe : describe.skip).each(["replicated", "container"] as const)("a node on %s", (kind) => {
  it.each(["sh", "bash"])("writes what is asked for byte for byte, nothing else, and shows none of it: %s", (shell) => {
    const { status, stdout, stderr, kept, calls, settings, names } = run(kind, [NASTY, WORD], { shell });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(kept).toEqual(settings);
    expect(parseWritten(stdout)).toEqual({ kept: [...names].sort() });
    // Neither in what it prints nor in the words of a process.
    for (const text of [stdout, stderr, calls]) expect(text).not.toMatch(/correct-horse|HOME|stays-here/);
  });

  it("writes nothing where a setting is not set, and names it", () => {
    const { status, stderr, kept, names } = run(kind, [WORD, ""]);
    expect([status, kept]).toEqual([3, undefined]);
    expect(stderr).toBe(`these settings are not set: ["${names[1]}"]\n`);
  });

  it("says that its role may not", async () => {
    const { status, stdout, stderr } = run(kind, [NASTY, WORD], { denied: true });
    const shell = { run: () => Promise.resolve({ exitCode: status ?? 1, stdout, stderr }) };
    const node = { instanceId: "i-1", privateIp: "10.0.0.1" };
    expect(await written(shell, node, [])).toEqual({ refused: "its role may not write it" });
  });
});
