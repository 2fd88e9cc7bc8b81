import { spawnSync } from "node:child_process";
import { encodeUserData } from "../../../../infra/nodes/boot";
import { renderUserData, type UserDataArgs } from "../../../../infra/nodes/fdo/userData";
import { fdoArgs, fdoSecrets, LICENCE, PEM, REGISTRY_SECRET_ARN, RUNTIMES } from "../../../support/fdoBoot";
import { type Boot, boot, canBoot } from "../../../support/firstBoot";
import { SECRET_ARNS } from "../../../support/stackConfig";

const NASTY = {
  TFE_ENCRYPTION_PASSWORD: `a$b$$c$(id)\${X}\\ \`x\` '"!~# : é `,
  TFE_DATABASE_PASSWORD: "  # leading: blanks $ ",
  TFE_REDIS_PASSWORD: "日本 😀 %s %%",
};

async function firstBoot(
  args: Partial<UserDataArgs>,
  use: (boot: Boot) => void,
  secrets: Parameters<typeof fdoSecrets>[0] = {},
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const script = renderUserData(fdoArgs(args));
  expect(encodeUserData(script)).not.toBe("");
  await boot(script, fdoSecrets(secrets), use, { commands: RUNTIMES, env });
}

const json = ({ file }: Boot, name: string): unknown => JSON.parse(file(name) ?? "");

(canBoot ? describe : describe.skip)("a first boot with a container", () => {
  it("pulls with the licence as the password, through standard input, and starts the unit last", async () => {
    await firstBoot({}, ({ exitCode, log, calls, file }) => {
      expect(log).toContain("the application starts");
      expect(exitCode).toBe(0);
      expect(file("password")).toBe(LICENCE);
      expect(calls.filter((call) => /^(docker (login|pull|image)|systemctl)/.test(call))).toEqual([
        "systemctl enable --now docker.service",
        "docker login --username terraform --password-stdin images.releases.hashicorp.com",
        "docker pull --quiet images.releases.hashicorp.com/hashicorp/terraform-enterprise:1.2.2",
        "docker image inspect images.releases.hashicorp.com/hashicorp/terraform-enterprise:1.2.2",
        "systemctl daemon-reload",
        "systemctl start tfe-repave-start.service",
        "systemctl enable --now terraform-enterprise.service",
      ]);
      expect(file("etc/tfe/image")).toBe("registry/tfe@sha256:abc\n");
    });
  });

  it("doubles every dollar for Compose, which takes one for a variable of its own", async () => {
    await firstBoot(
      { environment: { TFE_CAPACITY_CONCURRENCY: "20" } },
      (node) => {
        expect(json(node, "etc/tfe/compose.yaml")).toMatchObject({
          services: {
            tfe: {
              environment: {
                ...Object.fromEntries(Object.entries(NASTY).map(([key, text]) => [key, text.replaceAll("$", "$$$$")])),
                TFE_CAPACITY_CONCURRENCY: "20",
                TFE_LICENSE: LICENCE,
                TFE_VAULT_CLUSTER_ADDRESS: "https://10.0.0.5:8201",
              },
            },
          },
        });
      },
      { settings: { ...NASTY, TFE_CAPACITY_CONCURRENCY: "10" } },
    );
  });

  it("gives a pod every value as it is", async () => {
    await firstBoot(
      { containerRuntime: "podman" },
      (node) => {
        const pod = json(node, "etc/tfe/pod.yaml") as { spec: { containers: [{ env: { name: string }[] }] } };
        const given = Object.entries(NASTY).map(([name, value]) => ({ name, value }));
        expect(pod.spec.containers[0].env).toEqual(expect.arrayContaining(given));
        expect(node.file("etc/systemd/system/terraform-enterprise.service")).toMatch(
          /ExecStart=\S*\/podman kube play --replace \/etc\/tfe\/pod\.yaml/,
        );
      },
      { settings: NASTY },
    );
  });

  it("leaves no secret in the log, in an argument, in a unit, or in a temporary file", async () => {
    for (const containerRuntime of ["docker", "podman"] as const) {
      await firstBoot(
        { containerRuntime, caBundleSecretArn: SECRET_ARNS.caBundle },
        ({ exitCode, log, calls, file, shell }) => {
          expect(exitCode).toBe(0);
          const unit = file("etc/systemd/system/terraform-enterprise.service") ?? "";
          for (const secret of [LICENCE, "MIIE", ...Object.values(NASTY)]) {
            for (const text of [log, calls.join("\n"), unit]) expect(text).not.toContain(secret);
          }
          expect(shell("sh", 'ls -A "$ROOT/var/tmp"').stdout).toBe("");
          expect(shell("sh", 'cd "$ROOT/etc/tfe" && stat -c "%a %n" . *').stdout.split("\n")).toEqual(
            expect.arrayContaining([
              "700 .",
              "755 tls",
              `600 ${containerRuntime === "docker" ? "compose" : "pod"}.yaml`,
            ]),
          );
          expect(file("etc/tfe/tls/key.pem")).toBe(PEM.key);
          expect(file("etc/tfe/tls/bundle.pem")).toBe(PEM.authority);
        },
        { settings: NASTY },
      );
    }
  });

  it("logs in with a secret of its own, or with the role", async () => {
    await firstBoot(
      { imageRepository: "registry.example.com/tfe", registrySecretArn: REGISTRY_SECRET_ARN },
      ({ calls, file }) => {
        expect(calls).toContain("docker login --username robot$1 --password-stdin registry.example.com");
        expect(file("password")).toBe(" p$w ");
      },
      { registry: { username: "robot$1", password: " p$w " } },
    );
    await firstBoot({ imageRepository: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/tfe" }, ({ calls }) => {
      expect(calls).toContain("aws ecr get-login-password --region eu-west-1");
    });
    await firstBoot({ imageRepository: "registry.example.com/tfe" }, ({ exitCode, calls }) => {
      expect(exitCode).toBe(0);
      expect(calls.filter((call) => call.startsWith("docker login"))).toEqual([]);
    });
  });

  it.each([
    [{ settings: { TFE_ENCRYPTION_PASSWORD: "" } }, "TFE_ENCRYPTION_PASSWORD"],
    [{ settings: { TFE_DATABASE_PASSWORD: "two\nlines" } }, "TFE_DATABASE_PASSWORD"],
    [{ settings: { TFE_REDIS_PASSWORD: null } }, "TFE_REDIS_PASSWORD"],
    [{ settings: { TFE_REDIS_PASSWORD: { value: "x" } } }, "TFE_REDIS_PASSWORD"],
    [{ settings: { enc_password: "x" } }, "enc_password"],
    [{ settings: "None" }, "no JSON object"],
    [{ settings: "[1]" }, "no JSON object"],
    [{ licence: "" }, "the licence secret is empty"],
    [{ licence: "None\n" }, "the licence secret is empty"],
  ])("refuses %j before anything is pulled", async (secrets, said) => {
    await firstBoot(
      {},
      ({ exitCode, log, calls }) => {
        expect(exitCode).not.toBe(0);
        expect(log).toContain(said);
        expect(calls.filter((call) => call.startsWith("docker pull"))).toEqual([]);
      },
      secrets,
    );
  });

  it("tries five times to pull, says so, and starts nothing", async () => {
    await firstBoot(
      {},
      ({ exitCode, log, calls }) => {
        expect(exitCode).not.toBe(0);
        expect(calls.filter((call) => call.startsWith("docker pull"))).toHaveLength(5);
        expect(log).toContain("denied: licence expired");
        expect(log).toContain("FAILED: the image could not be pulled");
        expect(calls.join("\n")).not.toContain("terraform-enterprise.service");
      },
      {},
      { REFUSE_PULL: "1" },
    );
  });

  it("guards the network of the runs before the application starts", async () => {
    await firstBoot({}, ({ file }) => {
      expect(file("etc/systemd/system/terraform-enterprise.service")).toMatch(
        /ExecStartPre=\/usr\/local\/sbin\/tfe-runs-network docker\nExecStart=/,
      );
      expect(file("usr/local/sbin/tfe-runs-network")).toContain("169.254.169.254");
    });
    await firstBoot({ environment: { TFE_RUN_PIPELINE_DOCKER_NETWORK: "ours" } }, ({ file }) => {
      expect(file("etc/systemd/system/terraform-enterprise.service")).not.toContain("ExecStartPre");
    });
  });

  it("writes a unit that systemd accepts", async () => {
    if (spawnSync("systemd-analyze", ["--version"]).status !== 0) return;
    for (const containerRuntime of ["docker", "podman"] as const) {
      await firstBoot({ containerRuntime }, ({ file, shell }) => {
        const unit = (file("etc/systemd/system/terraform-enterprise.service") ?? "").replace(
          /^(ExecStartPre|ExecStart|ExecStop)=\S+/gm,
          "$1=/bin/true",
        );
        expect(unit).toContain("RemainAfterExit=true");
        const verified = shell(
          "sh",
          `mkdir -p "$WORLD/units" && cd "$WORLD/units" && printf '[Socket]\nListenStream=/x\n' >podman.socket &&
           printf '[Service]\nExecStart=/bin/true\n' >docker.service && cp docker.service podman.service &&
           cat >terraform-enterprise.service <<'UNIT'\n${unit}\nUNIT\nsystemd-analyze verify ./terraform-enterprise.service 2>&1`,
        );
        expect(verified.stdout).not.toMatch(/terraform-enterprise\.service:\d+|Unknown|Invalid/);
        expect(verified.status).toBe(0);
      });
    }
  });
});
