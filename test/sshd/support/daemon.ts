import { spawn, execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

const execute = promisify(execFile);

const SSHD = "/usr/sbin/sshd";
const READY_MS = 30_000;

export interface Daemon {
  readonly port: number;
  /** Public half, `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
  /** Ends the connections it has, as a broken network would: at once and without a word. */
  cut(): void;
  /** Resolves when a session runs a program of this name. */
  running(program: string): Promise<void>;
  /** It goes on, or hangs: accepts connections and says nothing. */
  hang(how: "SIGSTOP" | "SIGCONT"): void;
  stop(): Promise<void>;
}

export interface DaemonOptions {
  readonly folder: string;
  readonly name: string;
  /** Public keys that may log in. */
  readonly authorized: readonly string[];
  /** Lines of its configuration. */
  readonly settings?: readonly string[];
}

/** Debian's sshd on a free port of loopback, as a child of this process, with everything of it in the folder. */
export async function startSshd({ folder, name, authorized, settings = [] }: DaemonOptions): Promise<Daemon> {
  if (!existsSync(SSHD)) throw new Error(`There is no ${SSHD} (Debian: apt install openssh-server)`);
  // As root it insists on this folder, which a machine that never ran it as a service lacks.
  if (process.getuid?.() === 0) await mkdir("/run/sshd", { recursive: true });
  const file = (suffix: string): string => join(folder, `${name}${suffix}`);
  const hostKey = await makeKey(file("_host"));
  await writeFile(file("_authorized"), authorized.map((key) => `${key}\n`).join(""), { mode: 0o600 });
  const port = await freePort();
  const config = [
    "ListenAddress 127.0.0.1",
    `Port ${port}`,
    `HostKey ${file("_host")}`,
    `AuthorizedKeysFile ${file("_authorized")}`,
    "PidFile none",
    "UsePAM no",
    "StrictModes no",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "PermitRootLogin prohibit-password",
    // Tests ask many things at once.
    "MaxStartups 100",
    ...settings,
    "",
  ];
  await writeFile(file(".conf"), config.join("\n"));
  const child = spawn(SSHD, ["-D", "-e", "-f", file(".conf")], { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const { pid = 0 } = child;
  await eventually(() => {
    if (child.exitCode !== null) throw new Error(`sshd did not start:\n${log}`);
    return isAnswering(port);
  });
  return {
    port,
    hostKey,
    cut() {
      for (const session of descendants(pid)) kill(session, "SIGKILL");
    },
    running: (program) => eventually(() => descendants(pid).some((each) => nameOf(each) === program)),
    hang: (how) => [pid, ...descendants(pid)].forEach((each) => kill(each, how)),
    async stop() {
      for (const each of [pid, ...descendants(pid)]) kill(each, "SIGKILL");
      await ended;
    },
  };
}

/** A new ed25519 pair in `<path>` and `<path>.pub`; answers the public half. */
export async function makeKey(path: string): Promise<string> {
  await execute("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path]);
  return readFileSync(`${path}.pub`, "utf8").split(" ").slice(0, 2).join(" ");
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Whether an SSH server introduces itself there. */
function isAnswering(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("data", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
    socket.once("close", () => {
      resolve(false);
    });
  });
}

async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  const until = Date.now() + READY_MS;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error("what was waited for did not happen");
    await pause(20);
  }
}

/** Processes below this one, the nearest first: sessions and what runs in them. */
function descendants(pid: number): readonly number[] {
  const parents = readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      // `pid (name) state ppid …`; the name may hold anything.
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      return [{ pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) }];
    } catch {
      return [];
    }
  });
  const below = (of: number): number[] =>
    parents.filter(({ parent }) => parent === of).flatMap((each) => [each.pid, ...below(each.pid)]);
  return below(pid);
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "";
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}
