import { existsSync } from "node:fs";
import { parseFetched } from "../../../orchestration/dialects/fdo/answers";
import { checkCommand, fetchCommand, settingNamesCommand } from "../../../orchestration/dialects/fdo/scripts";
import { parseUpgradeCheck } from "../../../orchestration/dialects/fdo/upgradeCheck";
import { parseSettingNames } from "../../../orchestration/dialects/settingDigests";
import { canRunScripts, type NodeWorld, type Ran, runOnNode } from "../../support/containerNode";

// Every script runs for real: the container runtime and AWS alone are replaced.

const VENDOR = "images.releases.hashicorp.com/hashicorp/terraform-enterprise";
const ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/tfe";
const LICENCE_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:licence";
const REGISTRY_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:registry";
const LICENCE = "02MV4UU43BK5HGYYTOJZWFQMTMNNEWU33J";
const DIGEST = `sha256:${"ab".repeat(32)}`;
const ID = "c".repeat(64);

const describeScripts = canRunScripts ? describe : describe.skip;

describeScripts("fetch", () => {
  interface Change {
    readonly repository?: string;
    readonly registrySecretArn?: string | undefined;
    readonly proxyUrl?: string | undefined;
  }
  function fetched(world: NodeWorld, change: Change = {}, runtime: "docker" | "podman" = "docker"): Ran {
    const { repository = VENDOR, registrySecretArn, proxyUrl } = change;
    const source = {
      imageRepository: repository,
      registrySecretArn,
      licenseSecretArn: LICENCE_ARN,
      host: "tfe.example.com",
      proxyUrl,
      noProxy: ["10.0.0.0/8"],
    };
    const secrets = { [LICENCE_ARN]: LICENCE, ...world.secrets };
    const repoDigests = world.repoDigests ?? [`${repository}@${DIGEST}`];
    return runOnNode(fetchCommand(runtime, `${repository}:1.2.2`, source), { ...world, secrets, repoDigests });
  }

  it.each(["docker", "podman"] as const)(
    "logs in with the licence, pulls by tag and tells the digest: %s",
    (runtime) => {
      const ran = fetched({}, {}, runtime);
      expect(ran).toMatchObject({ exitCode: 0, password: LICENCE });
      expect(parseFetched(ran.stdout)).toEqual({ digest: DIGEST, seconds: expect.any(Number) as number });
      expect(ran.calls).toContain(
        `${runtime} login --username terraform --password-stdin images.releases.hashicorp.com\n`,
      );
      expect(ran.calls).toContain(`${runtime} pull --quiet ${VENDOR}:1.2.2\n`);
    },
  );

  it("has the password on standard input alone, and of the login nothing is left", () => {
    const ran = fetched({});
    expect(ran.calls + ran.stdout + ran.stderr).not.toContain(LICENCE);
    expect(ran.loginFolder).toMatch(/^\/dev\/shm\/tfe-repave\.\w+$/);
    expect(ran.leftBehind).toBe(false);
    expect(existsSync(ran.loginFolder ?? "/")).toBe(false);
  });

  it("leaves nothing of the login where the pull fails either", () => {
    const ran = fetched({ status: { pull: 1 } });
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr.trim().split("\n").at(-1)).toBe("Error response from daemon: manifest unknown");
    expect(ran.leftBehind).toBe(false);
    expect(parseFetched(ran.stdout)).toBeUndefined();
  });

  it("takes the user and the password of a registry's secret", () => {
    const password = `p'a"s$s \\ é`;
    const secrets = { [REGISTRY_ARN]: JSON.stringify({ username: "ci", password }) };
    const ran = fetched({ secrets }, { repository: "registry.example.com/tfe", registrySecretArn: REGISTRY_ARN });
    expect(ran).toMatchObject({ exitCode: 0, password });
    expect(ran.calls).toContain("docker login --username ci --password-stdin registry.example.com\n");
    expect(ran.calls).not.toContain(password);
  });

  it("takes the role's password for an ECR, of its own region", () => {
    const ran = fetched({}, { repository: ECR });
    expect(ran).toMatchObject({ exitCode: 0, password: "ecr-password" });
    expect(ran.calls).toContain("aws ecr get-login-password --region eu-west-1\n");
    expect(ran.calls).not.toContain("secretsmanager");
  });

  it("logs in nowhere where nobody asks for it", () => {
    const ran = fetched({}, { repository: "registry.example.com/tfe" });
    expect(ran).toMatchObject({ exitCode: 0, password: undefined });
    expect(ran.calls).not.toContain(" login ");
  });

  it("goes through the proxy that the boot goes through", () => {
    const aws = `printf '%s|%s' "$https_proxy" "$no_proxy" >&2; echo licence`;
    const ran = fetched({ commands: { aws } }, { proxyUrl: "http://proxy:3128" });
    expect(ran.stderr).toContain("http://proxy:3128|localhost,127.0.0.1,169.254.169.254,tfe.example.com,10.0.0.0/8");
  });

  it.each<[string, NodeWorld, Change, RegExp]>([
    [
      "a licence that may not be read",
      { commands: { aws: "echo 'An error occurred (Denied)' >&2; exit 254" } },
      {},
      /An error/,
    ],
    [
      "an empty licence",
      { secrets: { [LICENCE_ARN]: "" } },
      {},
      /the password of images\.releases\.hashicorp\.com is empty/,
    ],
    ["a secret without a value", { secrets: { [LICENCE_ARN]: "None" } }, {}, /is empty/],
    [
      "a registry's secret that is none",
      { secrets: { [REGISTRY_ARN]: "hunter22" } },
      { registrySecretArn: REGISTRY_ARN },
      /the registry secret has no username/,
    ],
    ["a login that is refused", { status: { login: 1 } }, {}, /^$/],
    ["an image of another repository", { repoDigests: [`localhost/other@${DIGEST}`] }, {}, /does not say which digest/],
  ])("%s ends it with a reason, and no digest", (_what, world, change, reason) => {
    const ran = fetched(world, change);
    expect(ran.exitCode).not.toBe(0);
    expect(ran.stderr.trim()).toMatch(reason);
    expect(ran.stdout).toBe("");
    expect(ran.calls).not.toContain("hunter22");
    if (world.repoDigests === undefined) expect(ran.calls).not.toContain(" pull ");
  });
});

/** As a password could be. None is quoted by what prints it. */
const NASTY: Readonly<Record<string, string>> = {
  TFE_ENCRYPTION_PASSWORD: `a$b$$c$(id)\${X}\${Y:-z}\\ \\n \`x\` '"!~# : é `,
  TFE_DATABASE_PASSWORD: "  # leading and trailing blanks $  ",
  TFE_REDIS_PASSWORD: "日本 😀 %s %% & | ; < > * ? [ ] { }",
  TFE_IACT_TOKEN: "two\nlines\n",
  TFE_VAULT_SECRET_ID: "-n --env X=y",
  TFE_LONG: "x$'".repeat(3000),
};

const REPORT = [
  "Terraform Enterprise Pre-Upgrade Check",
  "Current environment version: 1.2.2",
  "Target version: 2.0.5",
  "---",
  "✓ config",
  "  ✓ general",
  "⚠ upgrade",
  "  ⚠ validation downtime required",
  "Status: OK | Time: 1.7s | Checks: 14 Passed, 1 Warning, 0 Failed",
].join("\n");

describeScripts("the pre-upgrade check", () => {
  const variables = [
    "PATH=/usr/bin",
    "TFE_HOSTNAME=tfe.example.com",
    "https_proxy=http://proxy:3128",
    "SECRET_OF_OTHERS=not-passed",
    ...Object.entries(NASTY).map(([name, value]) => `${name}=${value}`),
  ];
  const check = (world: NodeWorld, shell = "sh"): Ran =>
    runOnNode(checkCommand("docker", ID, `${VENDOR}:2.0.5`, 600), { variables, report: REPORT, ...world }, shell);

  it.each(["sh", "bash"])("hands every variable on byte for byte, and no other: %s", (shell) => {
    const ran = check({}, shell);
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.given).toMatchObject({ ...NASTY, TFE_HOSTNAME: "tfe.example.com", https_proxy: "http://proxy:3128" });
    expect(ran.given).not.toHaveProperty("SECRET_OF_OTHERS");
    expect(ran.calls).toMatch(/ --env TFE_DATABASE_PASSWORD --env TFE_REDIS_PASSWORD /);
    expect(ran.calls).not.toContain("PATH");
    expect(parseUpgradeCheck(ran.stdout)).toEqual({
      verdict: "passed",
      failures: [],
      warnings: ["upgrade/validation downtime required"],
    });
  });

  it("has no value in an argument or a file", () => {
    const ran = check({});
    for (const value of Object.values(NASTY)) expect(ran.calls).not.toContain(value.trim().split("\n")[0]);
    expect(ran.loginFolder).toBeUndefined();
  });

  it("starts the check of the target, apart from the application, with its files but without its socket", () => {
    const mounts = ["/usr/bin:/etc/ssl/private/terraform-enterprise", "/dev/null:/run/docker.sock"];
    const run = check({ mounts })
      .calls.split("\n")
      .find((call) => call.startsWith("docker run"));
    expect(run).toContain(" --rm --name tfe-repave-preupgrade-check --pull never ");
    expect(run).toContain(" --volume /usr/bin:/etc/ssl/private/terraform-enterprise:ro ");
    expect(run).not.toContain("/run/docker.sock");
    expect(run).toMatch(new RegExp(` --entrypoint /usr/local/bin/preupgrade-check ${VENDOR}:2\\.0\\.5$`));
    expect(check({ mounts }).calls.trimEnd().split("\n").at(-1)).toBe("docker rm --force tfe-repave-preupgrade-check");
  });

  it("cuts secrets out of what the check says, whatever it quotes", () => {
    const report = `✗ database\n  ✗ connection dial ${NASTY["TFE_REDIS_PASSWORD"]} and ${NASTY["TFE_ENCRYPTION_PASSWORD"]}\nStatus: ERROR | Checks: 1 Passed, 0 Warning, 1 Failed`;
    const ran = check({ report, status: { run: 1 } });
    for (const value of Object.values(NASTY)) expect(ran.stdout).not.toContain(JSON.stringify(value).slice(1, -1));
    expect(parseUpgradeCheck(ran.stdout)).toEqual({
      verdict: "failed",
      failures: ["database/connection dial [secret] and [secret]"],
      warnings: [],
    });
  });

  it.each([2, 125, 127])("says that it could not run, by status %i", (run) => {
    const ran = check({ status: { run }, report: "Error response from daemon: no such image" });
    expect(ran.exitCode).toBe(0);
    expect(parseUpgradeCheck(ran.stdout)).toEqual({
      verdict: "could not run",
      failures: [`exit status ${run}: Error response from daemon: no such image`],
      warnings: [],
    });
  });

  it("is no answer where the application has no container", () => {
    const ran = check({ variables: undefined });
    expect(ran).toMatchObject({ exitCode: 3, stdout: "" });
    expect(ran.stderr).toMatch(/the environment of the application cannot be read\n$/);
    expect(ran.calls).not.toContain("docker run");
  });
});

describeScripts("the names of the settings in a secret", () => {
  const ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:settings";
  const SECRET = "correct-horse-battery";
  const names = (secret: string) => {
    const ran = runOnNode(settingNamesCommand(ARN), { secrets: { [ARN]: secret } });
    expect(ran.stdout + ran.stderr).not.toContain(SECRET);
    return parseSettingNames(ran.stdout);
  };

  it("come without a value, and without what a boot would not take", () => {
    const secret = {
      TFE_DATABASE_PASSWORD: SECRET,
      TFE_CAPACITY_CPU: 4,
      TFE_EMPTY: "",
      TFE_NULL: null,
      TFE_MAP: { value: "x" },
    };
    expect(names(JSON.stringify(secret))).toEqual(["TFE_DATABASE_PASSWORD", "TFE_CAPACITY_CPU"]);
  });

  it("are no answer where the secret is no object", () => {
    for (const secret of [SECRET, `["${SECRET}"`, `"${SECRET}"`]) expect(names(secret)).toBeUndefined();
  });
});
