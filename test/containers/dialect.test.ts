import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { FDO } from "../../orchestration/dialects/fdo";
import type { Release } from "../../orchestration/domain/release";
import type { NodeShell } from "../../orchestration/ports/nodeShell";
import type { Tfe } from "../../orchestration/ports/tfe";
import { canRunContainers, IMAGE, type Runtime, startRuntime } from "./runtime";

// What the dialect sends to a node, on a real runtime: only the application is a stand-in.

jest.setTimeout(180_000);

const NODE = { instanceId: "i-1", privateIp: "127.0.0.1" };

/** Any value can be what a setting has. */
const NASTY = `a$b$$c$(id)\${X}\\ \\n \`x\` '"!~# : é  `;

const VALUES: Readonly<Record<string, string>> = {
  TFE_ENCRYPTION_PASSWORD: NASTY,
  TFE_DATABASE_PASSWORD: `  ${NASTY}`,
  TFE_REDIS_PASSWORD: `  ${NASTY}`,
  TFE_DATABASE_HOST: NASTY,
  TFE_IACT_TOKEN: "two\nlines",
};

(canRunContainers ? describe : describe.skip)("the application in a real container", () => {
  let runtime: Runtime;
  let tfe: Tfe;
  beforeAll(async () => {
    runtime = await startRuntime();
    const shell: NodeShell = {
      run(_, [program = "", ...argv]) {
        const env = { ...process.env, ...runtime.env };
        const { status, stdout, stderr } = spawnSync(program, argv, { env, encoding: "utf8", timeout: 60_000 });
        return Promise.resolve({ exitCode: status ?? 1, stdout, stderr });
      },
    };
    tfe = FDO.node(shell, { containerRuntime: "podman", hostname: "localhost", imageRepository: IMAGE.repository });
  });
  afterAll(() => runtime.close());

  const start = (name: string, image: string, values: Readonly<Record<string, string>>): void => {
    const variables = Object.entries(values).map(([key, value]) => `--env=${key}=${value}`);
    runtime.run(
      "podman",
      "run",
      "--detach",
      "--pull",
      "never",
      `--name=${name}`,
      "--env=STAND_IN_PORT=18473",
      ...variables,
      image,
    );
  };
  const remove = (...names: string[]): void => void runtime.run("podman", "rm", "--force", "--time", "0", ...names);
  const heldOf = async (): Promise<readonly string[]> => {
    const answers = await tfe.observe({ made: true, value: NODE });
    return answers.conditions(IMAGE.tag as Release).flatMap(({ id = "", held }) => (held ? [id] : []));
  };

  it("is found by its image, judged, read and checked; what runs beside it is work", async () => {
    expect(await tfe.activeWork(NODE)).toBe(0);
    start("whatever-its-name", `${IMAGE.repository}:${IMAGE.tag}`, VALUES);
    try {
      expect(await heldOf()).toEqual(["container-running", "no-restart", "release"]);
      expect(await tfe.state(NODE)).toBe("starting");
      expect(await tfe.nodeName(NODE)).toMatch(/^[0-9a-f]{12}$/);

      const settings = await tfe.settings(NODE);
      expect(Object.keys(settings).sort()).toEqual(Object.keys(VALUES).sort());
      expect(settings["TFE_DATABASE_HOST"]).toEqual({ plain: NASTY });
      expect(settings["TFE_DATABASE_PASSWORD"]).toHaveProperty("digest");
      expect(settings["TFE_REDIS_PASSWORD"]).not.toEqual(settings["TFE_ENCRYPTION_PASSWORD"]);

      // The stand-in is every release, once it is tagged with it.
      runtime.run("podman", "tag", `${IMAGE.repository}:${IMAGE.tag}`, `${IMAGE.repository}:2.0.5`);
      const check = await tfe.upgradeCheck(NODE, "2.0.5" as Release);
      const digests = Object.entries(VALUES).map(
        ([key, value]) => `${key} ${createHash("sha256").update(value).digest("hex")}`,
      );
      expect(check).toMatchObject({ verdict: "passed", failures: [] });
      expect([...(check?.warnings ?? [])].sort()).toEqual(digests.sort());
      expect(runtime.run("podman", "ps", "--all", "--format", "{{.Names}}").toString()).toBe("whatever-its-name\n");

      runtime.run("podman", "tag", `${IMAGE.repository}:${IMAGE.tag}`, "localhost/acme/agent:now");
      start("run-1", "localhost/acme/agent:now", { STAND_IN_PORT: "18475" });
      expect(await tfe.activeWork(NODE)).toBe(1);
      expect(await tfe.unknownWork(NODE)).toEqual(["localhost/acme/agent:now (run-1)"]);
      runtime.run("podman", "stop", "--time", "0", "run-1");
      expect(await tfe.activeWork(NODE)).toBe(0);
      remove("run-1");

      runtime.run("podman", "stop", "--time", "0", "whatever-its-name");
      expect(await heldOf()).toEqual(["no-restart", "release"]);
      expect(["failed", "stopped"]).toContain(await tfe.state(NODE));
    } finally {
      remove("--ignore", "run-1", "whatever-its-name");
    }
  });

  it("in a pod has its pod's own container beside it, which is no work", async () => {
    runtime.run("podman", "pod", "create", "--network", "host", "terraform-enterprise");
    try {
      runtime.run(
        "podman",
        ...[
          "run",
          "--detach",
          "--pull",
          "never",
          "--pod",
          "terraform-enterprise",
          "--name",
          "terraform-enterprise-tfe",
        ],
        ...["--env=STAND_IN_PORT=18474", `${IMAGE.repository}:${IMAGE.tag}`],
      );
      expect(runtime.run("podman", "ps", "--format", "{{.Names}}").toString()).toMatch(/-infra\n/);
      expect(await tfe.activeWork(NODE)).toBe(0);
      expect(await heldOf()).toContain("container-running");
    } finally {
      runtime.run("podman", "pod", "rm", "--force", "--time", "0", "terraform-enterprise");
    }
  });
});
