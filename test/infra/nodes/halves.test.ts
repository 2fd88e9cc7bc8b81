import { START_UNIT, TAGS } from "../../../infra/contract";
import { renderUserData as renderContainer } from "../../../infra/nodes/fdo/userData";
import { renderUserData as renderInstaller } from "../../../infra/nodes/replicated/userData";
import { parseConfig } from "../../../infra/config/index";
import { fdoArgs, fdoSecrets, RUNTIMES } from "../../support/fdoBoot";
import { type Boot, boot, canBoot } from "../../support/firstBoot";
import { rawConfig, SECRET_ARNS } from "../../support/stackConfig";

const lastPart = (arn: string): string => arn.split("/").at(-1) ?? "";

const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

const SECRETS = {
  [lastPart(SECRET_ARNS.settings)]: '{"enc_password":"s3cret"}',
  [lastPart(SECRET_ARNS.license)]: Buffer.from("licence").toString("base64"),
  [lastPart(SECRET_ARNS.tlsCertificate)]: PEM,
  [lastPart(SECRET_ARNS.tlsKey)]: PEM,
};

interface Kind {
  readonly name: string;
  boot(tagStatus: string, use: (node: Boot) => void, secrets?: Readonly<Record<string, string>>): Promise<void>;
  readonly hasStarted: (node: Boot) => boolean;
}

const KINDS: readonly Kind[] = [
  {
    name: "an installer",
    boot: (tagStatus, use, secrets = {}) =>
      boot(
        renderInstaller({ ...parseConfig(rawConfig({})), settingsSecretArn: SECRET_ARNS.settings }),
        { ...SECRETS, ...secrets },
        use,
        { env: { TAG_STATUS: tagStatus }, commands: { sleep: "" } },
      ),
    hasStarted: ({ shell }) => shell("sh", 'test -e "$WORLD/installer-arguments"').status === 0,
  },
  {
    name: "a container",
    boot: (tagStatus, use, secrets = {}) =>
      boot(renderContainer(fdoArgs()), { ...fdoSecrets({}), ...secrets }, use, {
        env: { TAG_STATUS: tagStatus },
        commands: RUNTIMES,
      }),
    hasStarted: ({ shell }) => hasCalled(shell, "enable --now terraform-enterprise"),
  },
];

const hasCalled = (shell: Boot["shell"], call: string): boolean =>
  shell("sh", `grep -q -- '${call}' "$WORLD/calls"`).status === 0;

const start = ({ shell }: Boot): number | null => shell("bash", `systemctl start ${START_UNIT}`).status;

(canBoot ? describe : describe.skip).each(KINDS)("the two halves of a build with $name", (kind) => {
  it("are one where the instance shows no tags", async () => {
    await kind.boot("404", (node) => {
      expect(node.exitCode).toBe(0);
      expect(kind.hasStarted(node)).toBe(true);
      expect(node.calls).toContain(`systemctl start ${START_UNIT}`);
    });
  });

  it("are apart where the instance's tags say that it waits, until the unit is started, once", async () => {
    await kind.boot("200", (node) => {
      expect(node.exitCode).toBe(0);
      expect(node.log).toMatch(/prepared; the application starts when/);
      expect(kind.hasStarted(node)).toBe(false);
      expect(node.file("var/lib/tfe-repave/started")).toBeUndefined();
      const { release, files } = JSON.parse(node.file("var/lib/tfe-repave/prepared.json") ?? "") as {
        release: string;
        files: readonly string[];
      };
      expect(release).not.toBe("");
      for (const name of files) expect(node.file(name)).not.toBe("");
      // Nothing enables the unit, so nothing starts it when the machine boots again.
      expect(node.file(`etc/systemd/system/${START_UNIT}`)).not.toContain("[Install]");
      expect(node.calls.join("\n")).not.toContain(`enable ${START_UNIT}`);

      expect(start(node)).toBe(0);
      expect(kind.hasStarted(node)).toBe(true);
      const told = node.file("var/lib/tfe-repave/started");
      const before = node.file("var/log/tfe-repave-user-data.log");
      expect(start(node)).toBe(0);
      expect(node.file("var/lib/tfe-repave/started")).toBe(told);
      expect(node.file("var/log/tfe-repave-user-data.log")).toBe(before);
    });
  });

  it.each(["500", "000", "401"])("never guess: a node whose metadata answer %s starts nothing", async (status) => {
    await kind.boot(status, (node) => {
      expect(node.exitCode).toBe(1);
      expect(node.log).toContain("FAILED: nobody says whether this node waits");
      expect(kind.hasStarted(node)).toBe(false);
    });
  });

  it("asks for the tag that the run gives", async () => {
    await kind.boot("404", ({ calls }) => {
      expect(calls.some((call) => call.endsWith(`/latest/meta-data/tags/instance/${TAGS.prepared}`))).toBe(true);
    });
  });

  it("keeps no secret in the second half", async () => {
    await kind.boot("200", (node) => {
      const half = node.file("usr/local/sbin/tfe-repave-start") ?? "";
      expect(half).toContain("start_application");
      for (const text of Object.values(SECRETS)) expect(half).not.toContain(text.trim());
      expect(half).not.toContain("s3cret");
    });
  });
});

(canBoot ? it : it.skip)("a preparation with an empty secret fails, and says which file it leaves empty", async () => {
  const [installer] = KINDS;
  await installer?.boot(
    "200",
    (node) => {
      expect(node.exitCode).toBe(1);
      expect(node.log).toContain("FAILED: /etc/tfe/license.rli is empty");
      expect(node.file("var/lib/tfe-repave/prepared.json")).toBeUndefined();
    },
    { [lastPart(SECRET_ARNS.license)]: "" },
  );
});
