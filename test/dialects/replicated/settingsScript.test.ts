import { spawnSync } from "node:child_process";
import fc from "fast-check";
import {
  missingSettings,
  ownSettings,
  SETTINGS_FILE,
  SETTINGS as TABLE,
} from "../../../infra/nodes/replicated/settings";
import {
  settingNamesCommand,
  SETTINGS_SCRIPT,
  settingsCommand,
} from "../../../orchestration/dialects/replicated/settingsScript";
import {
  type Document,
  newNonce,
  parseSettingNames,
  parseSettings,
} from "../../../orchestration/dialects/settingDigests";
import type { SettingsSinceBuild } from "../../../orchestration/domain/settings";
import type { SettingsRequest } from "../../../orchestration/ports/tfe";
import { canRunScripts, type NodeFiles, runOnNode } from "../../support/nodeScript";

const NONCE = newNonce();
const BOTH: readonly Document[] = ["now", "built"];

const document = (settings: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, value === undefined ? {} : { value }])),
  );

const SECRET = "correct-horse-battery";

const NODE: NodeFiles = {
  exported: `Error parsing config file: open /etc/replicated.conf\r\n${document({
    capacity_memory: 512,
    enc_password: "shared-by-all",
    pg_password: SECRET,
    redis_pass: "",
    gcs_credentials: "{}",
    extern_vault_addr: `https://u:${SECRET}@vault`,
    new_setting: SECRET,
    stacks_own: "on",
    tls_ciphers: undefined,
    ca_certs: "-----BEGIN CERTIFICATE-----\nMII é\\\n",
  })}\n`,
  built: document({ enc_password: "shared-by-all", pg_password: SECRET, new_setting: "other" }),
};

function read(files: NodeFiles, request: SettingsRequest = {}, nonce = NONCE, shell = "sh"): SettingsSinceBuild {
  const ran = runOnNode(settingsCommand(nonce, BOTH, request), files, shell);
  expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
  const settings = parseSettings(ran.stdout, BOTH);
  if (!settings) throw new Error(`not understood: ${ran.stdout}`);
  return settings;
}

const digest = { digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string };

(canRunScripts ? describe : describe.skip)("the script on a node", () => {
  it.each(["sh", "bash"])("prints values that are no secrets, and digests of those that are: %s", (shell) => {
    const { now, built } = read(NODE, { plain: ["stacks_own"] }, NONCE, shell);
    expect(now).toEqual({
      capacity_memory: { plain: "512" },
      enc_password: digest,
      pg_password: digest,
      redis_pass: { plain: "" },
      gcs_credentials: { plain: "{}" },
      extern_vault_addr: digest,
      new_setting: digest,
      stacks_own: { plain: "on" },
      tls_ciphers: undefined,
      ca_certs: { plain: "-----BEGIN CERTIFICATE-----\nMII é\\\n" },
    });
    expect(built["pg_password"]).toEqual(now["pg_password"]);
    expect(built["new_setting"]).not.toEqual(now["new_setting"]);
  });

  it("prints no secret, whatever holds it, and in no encoding", () => {
    const { stdout, stderr } = runOnNode(settingsCommand(NONCE, BOTH, {}), NODE);
    for (const form of [SECRET, Buffer.from(SECRET).toString("base64"), Buffer.from(SECRET).toString("hex")])
      expect(stdout + stderr).not.toContain(form);
  });

  it("tells the same secret on two nodes, for one nonce only", () => {
    const other = { ...NODE, exported: document({ enc_password: "shared-by-all", pg_password: SECRET }) };
    const [one, two] = [read(NODE), read(other)];
    expect(two.now["pg_password"]).toEqual(one.now["pg_password"]);
    expect(read(NODE, {}, newNonce()).now["pg_password"]).not.toEqual(one.now["pg_password"]);
  });

  it("gives nobody a digest to try passwords against: the key is made of another secret", () => {
    const other = { ...NODE, exported: document({ enc_password: "another", pg_password: SECRET }) };
    expect(read(other).now["pg_password"]).not.toEqual(read(NODE).now["pg_password"]);
  });

  it("reads what is asked for alone", () => {
    expect(read(NODE, { keys: ["pg_password", "absent"] })).toEqual({
      now: { pg_password: digest },
      built: { pg_password: digest },
    });
  });

  it("needs no file of the build where it is not asked for", () => {
    const ran = runOnNode(settingsCommand(NONCE, ["now"], {}), { ...NODE, built: undefined });
    expect(parseSettings(ran.stdout, ["now"])?.now["capacity_memory"]).toEqual({ plain: "512" });
  });

  it.each<[string, Partial<NodeFiles>, RegExp]>([
    ["no export", { exported: undefined }, /^no daemon\nthe settings cannot be exported\n/],
    ["no file of the build", { built: undefined }, /the settings of the node's build cannot be read\n$/],
    ["no JSON", { exported: `{"pg_password": ${SECRET}}` }, /^the settings are not in a form that is understood\n/],
    ["another shape", { exported: `{"pg_password":"${SECRET}"}` }, /^the settings are not in a form/],
    ["a list", { built: document({ pg_password: [SECRET] }) }, /^the settings are not in a form/],
    ["more than a value", { built: `{"pg_password":{"value":"${SECRET}","other":1}}` }, /^the settings are not/],
    ["a name that is none", { built: document({ "a b": SECRET }) }, /^the settings are not in a form/],
    ["nothing", { exported: "" }, /^openssl|^the settings are not|^$/],
  ])("%s is no answer, and the reason quotes nothing", (_what, files, reason) => {
    const ran = runOnNode(settingsCommand(NONCE, BOTH, {}), { ...NODE, ...files });
    expect(ran.stdout + ran.stderr).not.toContain(SECRET);
    expect(ran.stderr).toMatch(reason);
    if (ran.exitCode === 0) expect(parseSettings(ran.stdout, BOTH)).toBeUndefined();
  });
});

it("reads the file that the build writes", () => {
  expect(SETTINGS_SCRIPT).toContain(`cat ${SETTINGS_FILE})`);
});

describe("parseSettings", () => {
  it("takes no answer that is cut off, nor one with a line that is not understood", () => {
    const whole = 'now = hostname "tfe"\nnow # pg_password ' + "0".repeat(64) + "\nnow - tls_vers\nnow .\n";
    expect(parseSettings(`Welcome\n${whole}`, ["now"])?.now).toEqual({
      hostname: { plain: "tfe" },
      pg_password: { digest: "0".repeat(64) },
      tls_vers: undefined,
    });
    for (const raw of [
      whole.slice(0, -6),
      `now = hostname tfe\n${whole}`,
      `now # a hunter2\n${whole}`,
      `now ? b\n${whole}`,
      "",
    ])
      expect(parseSettings(raw, ["now"])).toBeUndefined();
    expect(parseSettings(whole, ["now", "built"])).toBeUndefined();
  });

  it("reads what may come of any settings", () => {
    const keys = Object.keys(TABLE);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), fc.string({ unit: "binary" })), (settings) => {
        const raw = Object.entries(settings).map(([key, value]) => `now = ${key} ${JSON.stringify(value)}\n`);
        const read = parseSettings(`${raw.join("")}now .\n`, ["now"]);
        if (Object.values(settings).every((value) => !/[\u2028\u2029\u0080-\u009f]/.test(value)))
          expect(read?.now).toEqual(
            Object.fromEntries(Object.entries(settings).map(([key, plain]) => [key, { plain }])),
          );
      }),
    );
  });
});

(canRunScripts ? describe : describe.skip)("the names of the settings in a secret", () => {
  /** What a node says whose role reads this secret. */
  function names(secret: string): { readonly exitCode: number | null; readonly names: readonly string[] | undefined } {
    const [, flag = "", script = "", ...words] = settingNamesCommand(
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tfe/settings-AbCdEf",
    );
    const stub = `aws() { printf '%s\\n' "$SECRET"; }\n${script}`;
    const ran = spawnSync("sh", [flag, stub, ...words], { encoding: "utf8", env: { ...process.env, SECRET: secret } });
    expect(ran.stdout + ran.stderr).not.toContain(SECRET);
    return { exitCode: ran.status, names: parseSettingNames(ran.stdout) };
  }

  it("come without a value, and without what is not set", () => {
    const secret = JSON.stringify({
      enc_password: SECRET,
      pg_password: { value: SECRET },
      s3_endpoint: {},
      tls_vers: "",
    });
    expect(names(secret)).toEqual({ exitCode: 0, names: ["enc_password", "pg_password"] });
  });

  it("are no answer where the secret is no object of settings", () => {
    for (const secret of [SECRET, `["${SECRET}"`, `"${SECRET}"`]) expect(names(secret).names).toBeUndefined();
  });

  it("of the list in the documents make a node that shares its services, with what the stack adds", () => {
    const listed = [
      "enc_password",
      "pg_netloc",
      "pg_dbname",
      "pg_user",
      "pg_password",
      "redis_host",
      "s3_bucket",
      "s3_region",
    ];
    expect(missingSettings(listed)).toEqual(["hostname", "production_type", "placement"]);
    expect(missingSettings([...listed, ...Object.keys(ownSettings("tfe.example.com"))])).toEqual([]);
    const withVault = [...listed.slice(1), "extern_vault_enable", ...Object.keys(ownSettings("tfe.example.com"))];
    expect(missingSettings(withVault)).toEqual([]);
  });
});
