import { createHash } from "node:crypto";
import fc from "fast-check";
import { parseConfig } from "../../../../infra/config/index";
import { renderUserData, type UserDataArgs } from "../../../../infra/nodes/replicated/userData";
import { type Boot, boot, canBoot, INSTALLER } from "../../../support/firstBoot";
import { rawConfig, SECRET_ARNS } from "../../../support/stackConfig";

const CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const KEY = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n";
const AUTHORITY = "-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n";
const LICENCE = "a licence\u0001\n";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const lastPart = (arn: string): string => arn.split("/").at(-1) ?? "";

const SETTINGS = {
  enc_password: { value: "s3cret with 'quotes' and $dollar" },
  pg_netloc: "db.example.com:5432",
  capacity_memory: { value: 512 },
  capacity_concurrency: { value: "10" },
  unset: {},
  also_unset: null,
};

const SECRETS = {
  [lastPart(SECRET_ARNS.settings)]: JSON.stringify(SETTINGS),
  [lastPart(SECRET_ARNS.license)]: base64(LICENCE),
  [lastPart(SECRET_ARNS.tlsCertificate)]: CERTIFICATE,
  [lastPart(SECRET_ARNS.tlsKey)]: base64(KEY),
  [lastPart(SECRET_ARNS.caBundle)]: AUTHORITY,
};

async function firstBoot(
  change: Parameters<typeof rawConfig>[0],
  use: (boot: Boot) => void,
  args: Partial<UserDataArgs> = {},
): Promise<void> {
  const script = renderUserData({
    ...parseConfig(rawConfig(change)),
    settingsSecretArn: SECRET_ARNS.settings,
    ...args,
  });
  await boot(script, SECRETS, use);
}

const AIRGAP = {
  airgapPackageUrl: "s3://packages/tfe-642.airgap",
  airgapInstallerUrl: "https://mirror.example.com/replicated.tar.gz",
};

(canBoot ? describe : describe.skip)("a node's first boot", () => {
  it("installs online without asking and without a proxy", async () => {
    await firstBoot({}, ({ exitCode, installerArguments, installerProxy, calls, log }) => {
      expect(log).toContain("the installer has ended");
      expect(exitCode).toBe(0);
      expect(installerArguments).toEqual([
        "fast-timeouts",
        "disable-replicated-ui",
        "private-address=10.0.0.5",
        "public-address=10.0.0.5",
        "no-proxy",
      ]);
      expect(installerProxy).toBe(" ");
      expect(calls.at(-1)).toBe("systemctl start tfe-repave-start.service");
      expect(calls.filter((call) => call.startsWith("curl")).find((call) => call.includes("https:"))).toMatch(
        /^curl .*--proto =https .*https:\/\/get\.replicated\.com\/docker\/terraformenterprise\/active-active$/,
      );
    });
  });

  it("writes both configuration files, with what the stack says over what the secret says", async () => {
    await firstBoot({ appConfig: '{"capacity_concurrency":20,"tls_vers":"tls_1_2"}' }, ({ file }) => {
      expect(JSON.parse(file("etc/replicated.conf") ?? "")).toMatchObject({
        ReleaseSequence: 642,
        ImportSettingsFrom: "/etc/ptfe-settings.json",
      });
      expect(JSON.parse(file("etc/ptfe-settings.json") ?? "")).toEqual({
        enc_password: { value: "s3cret with 'quotes' and $dollar" },
        pg_netloc: { value: "db.example.com:5432" },
        capacity_memory: { value: "512" },
        capacity_concurrency: { value: "20" },
        tls_vers: { value: "tls_1_2" },
        enable_active_active: { value: "1" },
        restrict_worker_metadata_access: { value: "1" },
        hostname: { value: "tfe.example.com" },
        production_type: { value: "external" },
        placement: { value: "placement_s3" },
        aws_instance_profile: { value: "1" },
      });
    });
  });

  it("lets the secret win over what the stack knows by itself, and the stack's file over both", async () => {
    const settings = { hostname: "internal.example.com", aws_access_key_id: "k", restrict_worker_metadata_access: "0" };
    const secrets = { ...SECRETS, [lastPart(SECRET_ARNS.settings)]: JSON.stringify(settings) };
    const written = async (appConfig: string): Promise<Record<string, { value: string }>> => {
      let text = "";
      const args = { ...parseConfig(rawConfig({ appConfig })), settingsSecretArn: SECRET_ARNS.settings };
      await boot(renderUserData(args), secrets, ({ file }) => (text = file("etc/ptfe-settings.json") ?? ""));
      return JSON.parse(text) as Record<string, { value: string }>;
    };
    const byDefault = await written("{}");
    expect(byDefault).toMatchObject({
      hostname: { value: "internal.example.com" },
      restrict_worker_metadata_access: { value: "1" },
      placement: { value: "placement_s3" },
    });
    // Keys for the bucket are there, so the role is not used.
    expect(byDefault).not.toHaveProperty("aws_instance_profile");
    expect(await written('{"restrict_worker_metadata_access":"0"}')).toMatchObject({
      restrict_worker_metadata_access: { value: "0" },
    });
  });

  it("puts licence, certificate and key where the configuration says, for the daemon's user alone", async () => {
    await firstBoot({}, ({ file, calls, shell }) => {
      expect(file("etc/tfe/license.rli")).toBe(LICENCE);
      expect(file("etc/tfe/tls.crt")).toBe(CERTIFICATE);
      expect(file("etc/tfe/tls.key")).toBe(KEY);
      const stat = shell("sh", 'cd "$ROOT/etc" && stat -c "%a %n" tfe/* ptfe-settings.json replicated.conf');
      expect(
        stat.stdout
          .trim()
          .split("\n")
          .filter((line) => !line.startsWith("600 ")),
      ).toEqual([]);
      const owned = calls.filter((call) => call.startsWith("chown replicated ")).join(" ");
      for (const name of ["license.rli", "tls.crt", "tls.key", "ptfe-settings.json", "replicated.conf"]) {
        expect(owned).toContain(name);
      }
      expect(calls).toContain("useradd --system --no-create-home --shell /usr/sbin/nologin replicated");
    });
  });

  it("leaves no secret in the log, in an argument or in a temporary file", async () => {
    await firstBoot({ caBundleSecretArn: SECRET_ARNS.caBundle }, ({ exitCode, log, calls, shell }) => {
      expect(exitCode).toBe(0);
      for (const secret of ["s3cret", "MIIE", base64(KEY), base64(LICENCE), "a licence"]) {
        expect(log).not.toContain(secret);
        expect(calls.join("\n")).not.toContain(secret);
      }
      expect(shell("sh", 'ls -A "$ROOT/var/tmp"').stdout).toBe("");
    });
  });

  it("asks each secret's own region", async () => {
    const tlsKeySecretArn = SECRET_ARNS.tlsKey.replace("eu-central-1", "us-east-1");
    await firstBoot({ tlsKeySecretArn }, ({ calls }) => {
      const regions = calls.flatMap((call) => /^aws secretsmanager .*--region (\S+)/.exec(call)?.[1] ?? []);
      expect(regions).toEqual(["eu-central-1", "eu-central-1", "eu-central-1", "us-east-1"]);
    });
  });

  it("goes through the proxy for everything but the instance's own services and what is excepted", async () => {
    await firstBoot({ proxyUrl: "http://proxy.example.com:3128", noProxy: '[".example.com"]' }, (node) => {
      const except = "localhost,127.0.0.1,169.254.169.254,tfe.example.com,.example.com";
      expect(node.exitCode).toBe(0);
      expect(node.installerArguments?.slice(4)).toEqual([
        "http-proxy=http://proxy.example.com:3128",
        `additional-no-proxy=${except}`,
      ]);
      expect(node.installerProxy).toBe(`http://proxy.example.com:3128 ${except}`);
      const metadata = node.calls.filter((call) => call.includes("169.254.169.254"));
      // Token and answer, for the address and for the tags.
      expect(metadata).toHaveLength(4);
      expect(metadata.every((call) => call.includes("--noproxy *"))).toBe(true);
    });
  });

  it("installs from an airgap package that its role fetches, and names no release", async () => {
    await firstBoot(AIRGAP, ({ exitCode, installerArguments, file, calls }) => {
      expect(exitCode).toBe(0);
      expect(installerArguments?.slice(4)).toEqual(["no-proxy", "airgap"]);
      expect(JSON.parse(file("etc/replicated.conf") ?? "")).not.toHaveProperty("ReleaseSequence");
      expect(file("opt/tfe/package.airgap")).toBe("package");
      expect(calls.filter((call) => call.startsWith("aws s3 "))).toEqual([
        expect.stringMatching(
          /^aws s3 cp --only-show-errors s3:\/\/packages\/tfe-642\.airgap .*\/opt\/tfe\/package\.airgap$/,
        ),
      ]);
    });
  });

  it("trusts the further authorities, in the machine and in the application", async () => {
    await firstBoot({ caBundleSecretArn: SECRET_ARNS.caBundle }, ({ file, calls }) => {
      expect(JSON.parse(file("etc/ptfe-settings.json") ?? "")).toMatchObject({ ca_certs: { value: AUTHORITY } });
      expect(file("usr/local/share/ca-certificates/tfe.crt")).toBe(AUTHORITY);
      expect(calls).toContain("update-ca-certificates ");
    });
  });

  it("stops before the installer, and says where, when a secret cannot be read", async () => {
    const tlsKeySecretArn = `${SECRET_ARNS.tlsKey}-absent`;
    await firstBoot({ tlsKeySecretArn }, ({ exitCode, installerArguments, log, shell }) => {
      expect(exitCode).not.toBe(0);
      expect(installerArguments).toBeUndefined();
      expect(log).toMatch(/FAILED at line \d+: this node will not start Terraform Enterprise/);
      expect(shell("sh", 'ls -A "$ROOT/var/tmp"').stdout).toBe("");
    });
  });

  it("gives log-in shells the tfe-app-config shortcut and does not break those that are not bash", async () => {
    await firstBoot({}, ({ shell }) => {
      const profile = '. "$ROOT/etc/profile.d/tfe-app-config.sh"';
      const body = shell("bash", `${profile}; declare -f tfe-app-config`).stdout;
      expect(body).toContain('/usr/local/bin/replicated admin app-config -k "$1" -v "$2"');
      expect(shell("sh", `${profile}; echo on`)).toMatchObject({ status: 0, stdout: "on\n" });
    });
  });

  it("carries hostile values to the files and to the installer unchanged, and runs none of them", async () => {
    const hostile = [
      `';touch "$ROOT/pwned";'`,
      '$(touch "$ROOT/pwned")',
      "`touch $ROOT/pwned`",
      "\nAPP_CONFIG\ntouch $ROOT/pwned\n",
    ];
    const random = fc.sample(fc.string({ unit: "grapheme" }), { numRuns: 100, seed: 42 });
    const values = [...hostile, ...random];
    const appConfig = Object.fromEntries(values.map((value, i) => [`setting_${i}`, value]));
    const proxyUrl = hostile.join(" ");
    await firstBoot(
      {},
      ({ exitCode, file, installerArguments }) => {
        expect(exitCode).toBe(0);
        expect(file("pwned")).toBeUndefined();
        const settings = JSON.parse(file("etc/ptfe-settings.json") ?? "") as Record<string, { value: string }>;
        expect(values.map((_, i) => settings[`setting_${i}`]?.value)).toEqual(values);
        expect(installerArguments?.[4]).toBe(`http-proxy=${proxyUrl}`);
      },
      { appConfig, proxyUrl },
    );
  });

  describe("with the digests of what it downloads", () => {
    const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
    const WRONG = "0".repeat(64);

    it("runs the installer that the stack names", async () => {
      await firstBoot({ installerSha256: sha256(INSTALLER) }, ({ exitCode, installerArguments }) => {
        expect(exitCode).toBe(0);
        expect(installerArguments).toContain("no-proxy");
      });
    });

    it.each([
      ["installer", { installerSha256: WRONG }, "https://get.replicated.com/docker/terraformenterprise/active-active"],
      ["package", { ...AIRGAP, airgapPackageSha256: WRONG }, AIRGAP.airgapPackageUrl],
      [
        "archive with the installer",
        { ...AIRGAP, airgapPackageSha256: sha256("package"), airgapInstallerSha256: WRONG },
        AIRGAP.airgapInstallerUrl,
      ],
    ])("runs nothing where the %s is another", async (_title, change, url) => {
      await firstBoot(change, ({ exitCode, installerArguments, log, file }) => {
        expect(exitCode).not.toBe(0);
        expect(installerArguments).toBeUndefined();
        expect(log).toMatch(
          new RegExp(`${url} has the SHA-256 [0-9a-f]{64}, and the stack names ${WRONG}: it is not used`),
        );
        if (url === AIRGAP.airgapPackageUrl) expect(file("opt/tfe/package.airgap")).toBeUndefined();
      });
    });
  });
});
