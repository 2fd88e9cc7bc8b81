import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { NodeAddress } from "../../../orchestration/ports/nodeShell";
import { type Daemon, freePort, makeKey, startSshd } from "./daemon";

const execute = promisify(execFile);

/** Two nodes and a bastion, each a real sshd on loopback; what the operator's machine needs to reach them. */
export interface Machines {
  readonly nodes: readonly [Machine, Machine];
  readonly bastion: Daemon;
  /** Accepts connections and never says a word. */
  readonly mute: NodeAddress;
  /** Nothing listens there. */
  readonly closed: NodeAddress;
  /** Is up; its key is in no known_hosts. */
  readonly unknown: NodeAddress;
  /** Is up; known_hosts has another key for it. */
  readonly impostor: NodeAddress;
  /** Files for `ssh -F`, by how the operator is known to the nodes. */
  readonly config: Readonly<Record<Way, string>>;
  /** Lines of these files that are about who logs in and by which way. */
  readonly lines: Readonly<Record<Way, readonly string[]>>;
  /** Writes one more client configuration from such lines, and answers where. */
  write(name: string, lines: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

export interface Machine {
  readonly address: NodeAddress;
  readonly sshd: Daemon;
}

/** Through the bastion with a key in a file; through it with a key only an agent has; with a key that nobody knows; straight. */
export type Way = "bastion" | "agent" | "wrongKey" | "wrongKeyAtBastion" | "direct";

const at = (index: number): NodeAddress => ({ instanceId: `i-0${index}`, privateIp: `10.0.1.${index}` });

export async function startMachines(): Promise<Machines> {
  const folder = await mkdtemp(join(tmpdir(), "tfe-sshd-"));
  const file = (name: string): string => join(folder, name);
  const endings: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const mine = await makeKey(file("id"));
    const agents = await makeKey(file("id_agent"));
    await makeKey(file("id_wrong"));
    const daemon = async (name: string, ...settings: string[]): Promise<Daemon> => {
      const started = await startSshd({ folder, name, authorized: [mine, agents], settings });
      endings.push(() => started.stop());
      return started;
    };
    const application = `ForceCommand exec bash "${join(__dirname, "node.bash")}"`;
    const [bastion, plain, node] = await Promise.all([
      // A bastion lets connections through and runs nothing.
      daemon("bastion", "ForceCommand false", "PermitTTY no"),
      daemon("node1", "AllowTcpForwarding no"),
      daemon("node2", "AllowTcpForwarding no", application, "SetEnv DRAIN_SECONDS=4"),
    ]);
    const mute = await startMute();
    endings.push(() => mute.close());
    const agent = await startAgent(file("agent.sock"), file("id_agent"));
    endings.push(() => agent.close());

    const ports = { 1: plain.port, 2: node.port, 3: mute.port, 4: await freePort(), 5: plain.port, 6: plain.port };
    const known = [
      `${at(1).instanceId} ${plain.hostKey}`,
      `${at(2).instanceId} ${node.hostKey}`,
      `${at(6).instanceId} ${node.hostKey}`,
      `the-bastion ${bastion.hostKey}`,
    ];
    await writeFile(file("known_hosts"), known.map((line) => `${line}\n`).join(""));
    const hosts = Object.entries(ports).flatMap(([n, port]) => [`Host ${at(Number(n)).privateIp}`, `  Port ${port}`]);
    const everyone = [
      "Host *",
      "  HostName 127.0.0.1",
      `  User ${userInfo().username}`,
      `  UserKnownHostsFile ${file("known_hosts")}`,
      "  GlobalKnownHostsFile none",
      "  StrictHostKeyChecking yes",
      "  IdentitiesOnly yes",
    ];
    const key = (name: string): readonly string[] => [`  IdentityFile ${file(name)}`, "  IdentityAgent none"];
    const jump = (...how: readonly string[]): readonly string[] => [
      "Host the-bastion",
      `  Port ${bastion.port}`,
      "  HostKeyAlias the-bastion",
      ...how,
      "Host 10.0.1.*",
      "  ProxyJump the-bastion",
    ];
    const write = async (name: string, lines: readonly string[]): Promise<string> => {
      await writeFile(file(name), [...lines, ...hosts, ...everyone, ""].join("\n"));
      return file(name);
    };
    const all = (how: readonly string[]): readonly string[] => ["Host *", ...how];
    const agentsKey = [`  IdentityAgent ${file("agent.sock")}`, `  IdentityFile ${file("id_agent.pub")}`];
    const lines: Record<Way, readonly string[]> = {
      bastion: [...all(key("id")), ...jump()],
      agent: [...all(agentsKey), ...jump()],
      wrongKey: [...jump(...key("id")), ...all(key("id_wrong"))],
      wrongKeyAtBastion: [...jump(...key("id_wrong")), ...key("id")],
      direct: all(key("id")),
    };
    const written = Object.entries(lines).map(
      async ([way, text]) => [way, await write(`${way}.config`, text)] as const,
    );
    const config = Object.fromEntries(await Promise.all(written)) as Record<Way, string>;
    return {
      nodes: [
        { address: at(1), sshd: plain },
        { address: at(2), sshd: node },
      ],
      bastion,
      mute: at(3),
      closed: at(4),
      unknown: at(5),
      impostor: at(6),
      config,
      lines,
      write,
      close: () => closeAll(endings),
    };
  } catch (error) {
    await closeAll(endings);
    throw error;
  }
}

async function closeAll(endings: (() => Promise<void>)[]): Promise<void> {
  for (const end of endings.splice(0).reverse()) await end();
}

async function startMute(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => socket.destroy()));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** An ssh-agent of its own that holds one key; the file of that key is gone then, its public half stays. */
async function startAgent(socket: string, key: string): Promise<{ close(): Promise<void> }> {
  const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => agent.once("exit", () => resolve()));
  // It prints where it listens once it does.
  await new Promise<void>((ready) => agent.stdout.once("data", () => ready()));
  await execute("ssh-add", ["-q", key], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  await rm(key);
  return {
    async close() {
      agent.kill();
      await ended;
    },
  };
}
