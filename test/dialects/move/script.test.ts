import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parseWritten } from "../../../orchestration/dialects/keepSettings";
import { MOVE_SCRIPT, parseInspection } from "../../../orchestration/dialects/move/node";
import { canRunScripts, type Ran } from "../../support/nodeScript";
import { inShell } from "../../support/inShell";

const VARIABLES = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:variables-A1b2C3";
const LICENCE = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:licence-A1b2C3";
const CERTIFICATE = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:certificate-A1b2C3";
const NAMES = { enc_password: "TFE_ENCRYPTION_PASSWORD", pg_password: "TFE_DATABASE_PASSWORD" };

/** Secrets Manager as the script calls it: secrets are files, and a call and its words are written down. */
const AWS = `#!/bin/sh
printf '%s\\n' "$*" >>"$FOLDER/calls"
case "$2" in
  put-secret-value)
    [ -f "$FOLDER/denied" ] && { echo "An error occurred (AccessDeniedException) when calling PutSecretValue" >&2; exit 254; }
    cat >"$FOLDER/variables"
    ;;
  get-secret-value)
    case "$*" in
      *:variables-*) cat "$FOLDER/variables" ;;
      *:licence-*) cat "$FOLDER/licence" ;;
      *:certificate-*) cat "$FOLDER/certificate" ;;
    esac
    ;;
esac
`;

interface Node {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly licence?: string;
  readonly certificate?: string;
  readonly mayWrite?: boolean;
  readonly shell?: string;
  /** What the application's own export prints; absent: there is no such container. */
  readonly exports?: string;
  readonly plain?: Readonly<Record<string, string>>;
}

interface Done extends Ran {
  /** What Secrets Manager was given. */
  readonly kept: string | undefined;
  readonly calls: string;
}

function run(mode: "check" | "write", node: Node): Done {
  const folder = mkdtempSync(join(tmpdir(), "move-script-"));
  try {
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const settings = Object.fromEntries(Object.entries(node.settings).map(([key, value]) => [key, { value }]));
    file("export.json", `Error parsing config file\n${JSON.stringify(settings)}\n`);
    chmodSync(file("replicatedctl", `#!/bin/sh\ncat '${join(folder, "export.json")}'\n`), 0o755);
    chmodSync(file("aws", AWS), 0o755);
    file("licence", node.licence ?? "02MV4UU43BK5HGYYTOJZWFQMTMNNEWU33J");
    file("certificate", node.certificate ?? SELF_SIGNED);
    const container = node.exports === undefined ? "" : "0123456789ab terraform-enterprise";
    file("own", node.exports ?? "");
    const docker = `#!/bin/sh\ncase "$1" in ps) echo '${container}' ;; exec) cat "$FOLDER/own" ;; esac\n`;
    chmodSync(file("docker", docker), 0o755);
    if (node.mayWrite === false) file("denied", "");
    const script = MOVE_SCRIPT.replaceAll("/usr/local/bin/replicatedctl", join(folder, "replicatedctl"));
    const words = [
      "move",
      mode,
      JSON.stringify(NAMES),
      VARIABLES,
      LICENCE,
      CERTIFICATE,
      "",
      JSON.stringify(node.plain ?? {}),
    ];
    const env = { ...process.env, PATH: `${folder}:${process.env["PATH"] ?? ""}`, FOLDER: folder };
    const { status, stdout, stderr } = inShell(node.shell ?? "sh", ["-c", script, ...words], { env });
    const read = (name: string): string | undefined => {
      try {
        return readFileSync(join(folder, name), "utf8");
      } catch {
        return undefined;
      }
    };
    return { exitCode: status, stdout, stderr, kept: read("variables"), calls: read("calls") ?? "" };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let SELF_SIGNED = "";
beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), "move-certificate-"));
  const out = ["-keyout", join(folder, "key"), "-out", join(folder, "cert")];
  spawnSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=tfe", "-days", "9", ...out]);
  SELF_SIGNED = readFileSync(join(folder, "cert"), "utf8");
  rmSync(folder, { recursive: true });
});

const NASTY = "  $HOME `id` \\ \"'! ~#: %s\t".replace("\t", "") + "€ü  ";

(canRunScripts ? describe : describe.skip)("the script on a node", () => {
  it.each(["sh", "bash"])("hands secrets over byte for byte, and shows none: %s", (shell) => {
    const settings = { enc_password: NASTY, pg_password: "correct-horse-battery", redis_pass: "stays-here-unread" };
    const { exitCode, stdout, stderr, kept, calls } = run("write", { settings, shell });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(parseWritten(stdout)).toEqual({ kept: ["TFE_DATABASE_PASSWORD", "TFE_ENCRYPTION_PASSWORD"] });
    expect(JSON.parse(kept ?? "")).toEqual({
      TFE_ENCRYPTION_PASSWORD: NASTY,
      TFE_DATABASE_PASSWORD: "correct-horse-battery",
    });
    // Neither in what it prints nor in the words of a process.
    for (const text of [stdout, stderr, calls]) expect(text).not.toMatch(/correct-horse|HOME|stays-here/);
  });

  test("any text of one line comes through as it is", () => {
    const line = fc
      .string({ unit: "binary", minLength: 1, maxLength: 40 })
      .filter((text) => !/\p{Cc}|\p{Cs}/u.test(text) && text.trim() !== "");
    fc.assert(
      fc.property(line, (password) => {
        const { kept } = run("write", { settings: { enc_password: password, pg_password: "x" } });
        expect((JSON.parse(kept ?? "{}") as Record<string, string>)["TFE_ENCRYPTION_PASSWORD"]).toBe(password);
      }),
      { numRuns: 15 },
    );
  });

  it.each([
    ["empty", ""],
    ["not set", undefined],
    ["of several lines", "a\nb"],
  ])("refuses a secret that is %s, by its name, and writes nothing", (_, enc) => {
    const settings = { enc_password: enc, pg_password: "x" };
    expect(parseInspection(run("check", { settings }).stdout)?.secrets).toMatch(/^enc_password: /);
    const { exitCode, stderr, kept } = run("write", { settings });
    expect(exitCode).toBe(3);
    expect(stderr).toContain("enc_password");
    expect(kept).toBeUndefined();
  });

  test("a check changes nothing", () => {
    const { stdout, calls } = run("check", { settings: { enc_password: "a", pg_password: "b" } });
    expect(parseInspection(stdout)).toEqual({
      secrets: undefined,
      licence: undefined,
      authorities: undefined,
      comparison: undefined,
    });
    expect(calls).not.toContain("put-secret-value");
  });

  it.each([
    ["for Replicated", "H4sIAAAAAAAAA+w9", /has a licence for Replicated/],
    ["empty", "", /is empty/],
    ["several lines", "02MV\n02MV", /several lines/],
  ])("says what is wrong with the licence: %s", (_, licence, said) => {
    const { stdout } = run("check", { settings: { enc_password: "a", pg_password: "b" }, licence });
    expect(parseInspection(stdout)?.licence).toMatch(said);
  });

  test("says that the chain of the certificate is not complete", () => {
    const folder = mkdtempSync(join(tmpdir(), "move-chain-"));
    const openssl = (...words: string[]): void => void spawnSync("openssl", words, { cwd: folder });
    openssl(
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-subj",
      "/CN=authority",
      "-keyout",
      "ca.key",
      "-out",
      "ca",
    );
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=tfe", "-keyout", "key", "-out", "csr");
    openssl("x509", "-req", "-in", "csr", "-CA", "ca", "-CAkey", "ca.key", "-CAcreateserial", "-out", "cert");
    const certificate = readFileSync(join(folder, "cert"), "utf8");
    rmSync(folder, { recursive: true });
    const { stdout } = run("check", { settings: { enc_password: "a", pg_password: "b" }, certificate });
    expect(parseInspection(stdout)?.authorities).toMatch(/unable to get .*issuer certificate/);
  });

  test("compares with what the application itself would be configured with, by name", () => {
    const exports = `name: terraform-enterprise
services:
  tfe:
    image: <image>
    environment:
      TFE_LICENSE: "<licence>"
      TFE_ENCRYPTION_PASSWORD: "correct-horse-battery"
      TFE_DATABASE_HOST: "db:5432"
      TFE_CAPACITY_MEMORY: "2048"
      TFE_TLS_ENFORCE: "false"
      TFE_SOMETHING_NEW: "on"
      TFE_HOSTNAME: "tfe.example.com"
`;
    const plain = { TFE_DATABASE_HOST: "db:5432", TFE_CAPACITY_MEMORY: "512" };
    const settings = { enc_password: "correct-horse-battery", pg_password: "b" };
    const { stdout } = run("check", { settings, exports, plain });
    expect(parseInspection(stdout)?.comparison).toEqual({
      differences: ["TFE_CAPACITY_MEMORY is different", "TFE_SOMETHING_NEW is missing"],
    });
    expect(stdout).not.toContain("correct-horse");
  });

  test("a role that may not write is told from other failures", () => {
    const { exitCode, stderr } = run("write", { settings: { enc_password: "a", pg_password: "b" }, mayWrite: false });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain("AccessDenied");
  });
});
