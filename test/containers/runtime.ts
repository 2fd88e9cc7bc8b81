/** A real container runtime, as far as a machine without one of its own lets it run, and an image made from nothing. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { lock } from "proper-lockfile";

const has = (program: string, ...argv: string[]): boolean => spawnSync(program, argv).status === 0;

/** Podman as root with runc, a Compose that is not ours, and Go for the image. */
export const canRunContainers =
  process.getuid?.() === 0 &&
  has("podman", "--version") &&
  has("runc", "--version") &&
  has("go", "version") &&
  has("docker-compose", "version");

export const IMAGE = { repository: "localhost/tfe-repave-stand-in", tag: "1.2.2" } as const;

/** `runc` because `crun` refuses the cgroups of some machines; bounds because it must not raise its own there. */
const CONFIGURATION = `
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
netns = "host"
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
`;

export interface Runtime {
  /** Goes when the runtime is closed. */
  readonly folder: string;
  /** What leads a child to this runtime. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs a program of the runtime and returns its stdout, byte for byte. */
  run(program: string, ...argv: string[]): Buffer;
  close(): Promise<void>;
}

/** One at a time on this machine: containers and pods are named as on a node. */
export async function startRuntime(): Promise<Runtime> {
  const release = await lock(path.join(tmpdir(), "tfe-repave-containers"), {
    realpath: false,
    // Programs of the runtime hold up the renewal.
    stale: 120_000,
    retries: { retries: 160, minTimeout: 1_000, maxTimeout: 1_000 },
  });
  try {
    return await openRuntime(release);
  } catch (error) {
    await release();
    throw error;
  }
}

async function openRuntime(release: () => Promise<void>): Promise<Runtime> {
  const folder = mkdtempSync(path.join(tmpdir(), "containers-"));
  const socket = path.join(folder, "podman.sock");
  writeFileSync(path.join(folder, "containers.conf"), CONFIGURATION);
  const own = { CONTAINERS_CONF: path.join(folder, "containers.conf"), DOCKER_HOST: `unix://${socket}` };
  const env = { ...process.env, ...own };
  const run = (program: string, ...argv: string[]): Buffer =>
    execFileSync(program, argv, { env, timeout: 120_000, stdio: ["ignore", "pipe", "pipe"] });

  const service = spawn("podman", ["system", "service", "--time", "300", `unix://${socket}`], { env, stdio: "ignore" });
  try {
    makeImage(folder, run);
    for (let tries = 0; !existsSync(socket); tries++) {
      if (tries > 100) throw new Error("podman's service did not start");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } catch (error) {
    service.kill();
    throw error;
  }
  return {
    folder,
    env: own,
    run,
    async close() {
      service.kill();
      spawnSync("podman", ["image", "rm", "--force", `${IMAGE.repository}:${IMAGE.tag}`], { env });
      rmSync(folder, { recursive: true, force: true });
      await release();
    },
  };
}

function makeImage(folder: string, run: Runtime["run"]): void {
  const root = path.join(folder, "image");
  mkdirSync(path.join(root, "usr/local/bin"), { recursive: true });
  const binary = path.join(root, "usr/local/bin/terraform-enterprise");
  execFileSync("go", ["build", "-trimpath", "-o", binary, path.join(__dirname, "standIn/main.go")], {
    env: { ...process.env, CGO_ENABLED: "0", GO111MODULE: "off" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  for (const name of ["tfectl", "preupgrade-check"]) run("ln", binary, path.join(root, "usr/local/bin", name));
  run("tar", "-C", root, "-cf", path.join(folder, "image.tar"), ".");
  run(
    "podman",
    "import",
    "--change",
    'ENTRYPOINT ["/usr/local/bin/terraform-enterprise"]',
    path.join(folder, "image.tar"),
    `${IMAGE.repository}:${IMAGE.tag}`,
  );
}
