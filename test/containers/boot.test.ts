import { writeFileSync } from "node:fs";
import path from "node:path";
import { NAMES } from "../../infra/nodes/fdo/containers";
import { renderUserData, type UserDataArgs } from "../../infra/nodes/fdo/userData";
import { fdoArgs, fdoSecrets, LICENCE } from "../support/fdoBoot";
import { boot } from "../support/firstBoot";
import { canRunContainers, IMAGE, type Runtime, startRuntime } from "./runtime";

// What the application's process is given, on a real runtime: the rendered user data makes the file, and Compose or Podman start it.

jest.setTimeout(180_000);

/** Each as a password could be. */
const NASTY: Readonly<Record<string, string>> = {
  TFE_ENCRYPTION_PASSWORD: `a$b$$c$(id)\${X}\${Y:-z}\\ \\n \`x\` '"!~# : é `,
  TFE_DATABASE_PASSWORD: "  # leading and trailing blanks $  ",
  TFE_REDIS_PASSWORD: "日本 😀 %s %% & | ; < > * ? [ ] { }",
  TFE_OBJECT_STORAGE_S3_ACCESS_KEY_ID: "$(TFE_HOSTNAME)",
  TFE_OBJECT_STORAGE_S3_SECRET_ACCESS_KEY: "$$(TFE_HOSTNAME) $TFE_HOSTNAME",
  TFE_VAULT_ROLE_ID: "true",
  TFE_VAULT_SECRET_ID: "0123",
  TFE_IACT_TOKEN: "- a: b",
  TFE_BACKUP_RESTORE_TOKEN: `"quoted"`,
  TFE_REDIS_SENTINEL_PASSWORD: "null",
  TFE_REDIS_SIDEKIQ_PASSWORD: "'",
  TFE_DATABASE_REPLICA_PASSWORD: "\\",
  TFE_SMTP_PASSWORD: "@!&*%`|>",
  TFE_LONG: "x$".repeat(4000),
};

const PORT = 18_471;

(canRunContainers ? describe : describe.skip)("a container that a node's user data starts", () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await startRuntime();
  });
  afterAll(() => runtime.close());

  /** Boots with the runtime's own commands where they make or check something, and leaves what needs a registry or systemd. */
  async function files(change: Partial<UserDataArgs>, name: string): Promise<string> {
    let text: string | undefined;
    const script = renderUserData(fdoArgs({ imageRepository: IMAGE.repository, imageTag: IMAGE.tag, ...change }));
    const real = `case "$1" in image) PATH=/usr/local/bin:/usr/bin:/bin exec podman "$@" ;; esac`;
    await boot(
      script,
      fdoSecrets({ settings: NASTY }),
      ({ exitCode, log, file }) => {
        if (exitCode !== 0) throw new Error(log);
        text = file(`etc/tfe/${name}`);
        expect(file("etc/tfe/image")).toMatch(/^localhost\/tfe-repave-stand-in@sha256:[0-9a-f]{64}\n$/);
      },
      { commands: { docker: real, podman: real }, env: runtime.env },
    );
    if (text === undefined) throw new Error(`no ${name}`);
    return text;
  }

  /** The variables of the application's process, as the kernel has them. */
  async function variables(container: string): Promise<Readonly<Record<string, string>>> {
    await answers();
    const raw = runtime.run("podman", "exec", container, "/usr/local/bin/tfectl").toString("utf8");
    return Object.fromEntries(
      raw
        .split("\0")
        .slice(0, -1)
        .map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
    );
  }

  async function answers(): Promise<void> {
    for (let tries = 0; ; tries++) {
      const answer = await fetch(`http://127.0.0.1:${PORT}/api/v1/health/readiness`).catch(() => undefined);
      if (answer?.status === 200 && (await answer.text()) === "OK") return;
      if (tries > 100) throw new Error("the stand-in did not answer");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  const EXPECTED = { ...NASTY, TFE_LICENSE: LICENCE, TFE_VAULT_CLUSTER_ADDRESS: "https://10.0.0.5:8201" };

  it("has every value byte for byte under Compose", async () => {
    const compose = JSON.parse(await files({}, "compose.yaml")) as {
      services: Record<string, { environment: Record<string, string>; ports?: unknown; volumes?: unknown }>;
    };
    const file = path.join(runtime.folder, "compose.yaml");
    const run = (...argv: string[]): Buffer =>
      runtime.run("docker-compose", "--project-name", NAMES.project, "--file", file, ...argv);

    // Compose itself reads the file as it was rendered.
    writeFileSync(file, JSON.stringify(compose));
    run("config", "--quiet");

    // A machine without bridges and sockets starts it all the same: only network and volumes are others.
    const { [NAMES.service]: service } = compose.services;
    if (service === undefined) throw new Error("no service");
    delete service.ports;
    delete service.volumes;
    service.environment["STAND_IN_PORT"] = String(PORT);
    writeFileSync(file, JSON.stringify({ services: { tfe: { ...service, network_mode: "host" } } }));
    try {
      run("up", "--detach");
      expect(await variables(NAMES.project)).toMatchObject(EXPECTED);
    } finally {
      run("down");
    }
  });

  it("has every value byte for byte under Podman", async () => {
    const pod = JSON.parse(await files({ containerRuntime: "podman" }, "pod.yaml")) as {
      spec: {
        hostNetwork?: boolean;
        volumes: unknown[];
        containers: { env: { name: string; value: string }[]; ports?: unknown; volumeMounts?: unknown }[];
      };
    };
    const file = path.join(runtime.folder, "pod.yaml");
    const [container] = pod.spec.containers;
    if (container === undefined) throw new Error("no container");
    delete container.ports;
    delete container.volumeMounts;
    container.env.push({ name: "STAND_IN_PORT", value: String(PORT) });
    writeFileSync(file, JSON.stringify({ ...pod, spec: { ...pod.spec, volumes: [], hostNetwork: true } }));
    try {
      runtime.run("podman", "kube", "play", "--replace", file);
      expect(await variables(`${NAMES.project}-${NAMES.service}`)).toMatchObject(EXPECTED);
    } finally {
      runtime.run("podman", "kube", "play", "--down", file);
    }
  });
});
