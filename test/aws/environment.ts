import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { lock } from "proper-lockfile";
import { engineCache } from "../../orchestration/adapters/pulumi/engine/cache";

const execute = promisify(execFile);

const REQUIREMENTS = join(__dirname, "requirements.txt");
const OTHERWISE = "All other tests: npm run typecheck && npm run lint && npx jest --selectProjects unit e2e";

/**
 * The Python of an environment that holds just what requirements.txt says, in the user's cache; made where it is missing or
 * of another content. Throws with what is missing on this machine.
 */
export async function motoPython(): Promise<string> {
  const wanted = await readFile(REQUIREMENTS, "utf8");
  const version = /^moto==(.+)$/m.exec(wanted)?.[1] ?? "unknown";
  const cache = dirname(engineCache(process));
  // Two clones may want different ones.
  const content = createHash("sha256").update(wanted).digest("hex").slice(0, 8);
  const root = join(cache, `moto-${version}-${content}`);
  const python = join(root, "bin", "python");
  const holds = join(root, "holds.txt");
  await mkdir(cache, { recursive: true });
  // Two test runs may begin at once; making the environment takes seconds to a minute.
  const unlock = await lock(cache, {
    lockfilePath: `${root}.lock`,
    retries: { retries: 120, minTimeout: 1_000, factor: 1 },
  });
  try {
    if ((await readFile(holds, "utf8").catch(() => "")) === wanted && (await works(python))) return python;
    await rm(root, { recursive: true, force: true });
    await requirePython();
    await attempt(
      "python3",
      ["-m", "venv", root],
      "Python's venv module does not work (Debian: apt install python3-venv)",
    );
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"];
    const exactly = ["--no-deps", "--only-binary", ":all:", "--requirement", REQUIREMENTS];
    await attempt(python, [...pip, ...exactly], "pip cannot install test/aws/requirements.txt");
    await writeFile(holds, wanted);
    return python;
  } finally {
    await unlock();
  }
}

/** It does not where the system's own Python went away from under it. */
const works = (python: string): Promise<boolean> =>
  execute(python, ["-c", "import moto"]).then(
    () => true,
    () => false,
  );

async function requirePython(): Promise<void> {
  const check = "import sys; sys.exit(sys.version_info < (3, 10))";
  await attempt("python3", ["-c", check], "there is no python3 of version 3.10 or later on PATH");
}

async function attempt(command: string, args: readonly string[], complaint: string): Promise<void> {
  try {
    await execute(command, [...args]);
  } catch (error) {
    const { stderr = "", message } = error as Error & { stderr?: string };
    const words = (stderr.trim() || message).split("\n").slice(-6).join("\n  ");
    throw new Error(`The tests against moto cannot run: ${complaint}.\n  ${words}\n${OTHERWISE}`, { cause: error });
  }
}
