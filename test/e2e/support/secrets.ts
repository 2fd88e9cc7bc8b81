/** Looks for the lab's secrets where none may be: on the disk, and in the arguments and environments of processes. */
import { readdir, readFile } from "node:fs/promises";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** Secret settings of every lab. */
export const SECRETS = [
  "lab-encryption-password",
  "lab-database-password",
  "lab-redis-password",
  "lab-smoke-token.atlasv1",
] as const;

/** Secrets in the environment of whoever runs a command, of which a child of the tool has no need. */
export const PLANTED = { NOTICE_SECRET: "planted-notice-secret", CI_JOB_TOKEN: "planted-job-token" } as const;

/**
 * Programs that have them all the same: npm and its shell, this tool, the lab that it starts, and the Pulumi CLI with its plugins,
 * whose needs only their user knows. Not the gate after the first build, which is this tool again, as a child of the CLI.
 */
const TRUSTED = [/\bnpm\b/, /\bcli\.ts\b/, /\blab\/main\.ts\b/, /\bpulumi\b/, /\besbuild\b/];
const GATE = /\bcli\.ts health --wait\b/;
/** The shell that becomes the gate, and `env`, which takes everything else away. */
const BEFORE_GATE = /^(?:(?:\/bin\/)?sh -c (?:if \[ -f \S+ \]; then )?exec )?env -i /;

const found = (text: string): readonly string[] => SECRETS.filter((secret) => text.includes(secret));

/** What the lab itself writes down, its region; and the compiler's cache of the lab's own source. */
const LABS_OWN = /(?:^|\/)(?:region\.json$|tsx-\d+\/)/;

/** `file: secret` for every file below the folders that holds one. */
export async function secretsInFiles(folders: readonly string[]): Promise<readonly string[]> {
  const all = await Promise.all(folders.map((folder) => filesBelow(folder)));
  const known = [...SECRETS, ...Object.values(PLANTED)];
  const hits = all.flat().map(async (file) => {
    const text = await textOf(file);
    return known.filter((secret) => text.includes(secret)).map((secret) => `${file}: ${secret}`);
  });
  return (await Promise.all(hits)).flat();
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !LABS_OWN.test(file));
}

async function textOf(file: string): Promise<string> {
  const bytes = await readFile(file);
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("latin1");
}

/**
 * Reads arguments and environment of every process until it is told to stop; answers what it found. `gates`: processes of the gate after
 * the first build that it saw.
 */
export function watchProcesses(): { readonly gates: ReadonlySet<string>; stop(): readonly string[] } {
  const hits = new Set<string>();
  const gates = new Set<string>();
  const timer = setInterval(() => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      for (const what of ["cmdline", "environ"])
        for (const secret of found(procText(pid, what))) hits.add(`${what} of a process: ${secret}`);
      const command = procText(pid, "cmdline").replaceAll("\0", " ");
      if (GATE.test(command) && !BEFORE_GATE.test(command)) gates.add(pid);
      for (const hit of needlesslyGiven(pid, command)) hits.add(hit);
    }
  }, 150);
  return {
    gates,
    stop() {
      clearInterval(timer);
      return [...hits];
    },
  };
}

/** What was planted and is in the environment of a program that does not need it. */
function needlesslyGiven(pid: string, command: string): readonly string[] {
  const isTrusted = BEFORE_GATE.test(command) || (!GATE.test(command) && TRUSTED.some((each) => each.test(command)));
  if (isTrusted || command === "") return [];
  const environment = procText(pid, "environ");
  const given = Object.values(PLANTED).filter((secret) => environment.includes(secret));
  return given.map((secret) => `environ of ${command.trim().slice(0, 200)}: ${secret}`);
}

/** A process may be gone by now, or somebody else's. */
function procText(pid: string, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, "latin1");
  } catch {
    return "";
  }
}
