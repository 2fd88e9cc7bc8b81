import { RepaveError } from "../../domain/errors";
import { isUnknownHost, loginRefusal, sshFailure } from "./sshFailure";
import type { Clock } from "../../ports/clock";
import { MOST_OUTPUT_BYTES, type NodeAddress, type NodeShell, type RunOptions } from "../../ports/nodeShell";
import { OutputTooLong, runProcess } from "../machine/process";
import { type HostKeys, knownHostsOption } from "./hostKeys";
import { shellLine } from "./shellLine";
import { sshEnvironment } from "./sshEnvironment";

export interface SshShellOptions {
  readonly clock: Clock;
  /** Login name; default: what the client's configuration says. */
  readonly user?: string;
  /** Client configuration to use instead of `~/.ssh/config`. */
  readonly configFile?: string;
  /**
   * Where the keys of hosts come from that the client's configuration does not know; then no key is accepted unseen. Undefined: that
   * configuration alone decides.
   */
  readonly hostKeys?: HostKeys;
  /** Prefix commands with `sudo -n`. Default: unless `user` is root. */
  readonly sudo?: boolean;
  /** Seconds in which a host must begin to talk. Default 10. */
  readonly connectSeconds?: number;
  /** Seconds between questions to a host that is silent; after the third without an answer the connection is given up. Default 15. */
  readonly keepAliveSeconds?: number;
}

const DEFAULT_TIMEOUT_MS = 60_000;

/** Whatever the configuration says (`accept-new`, `no`), a host whose key is not known is refused. */
const STRICT = ["StrictHostKeyChecking=yes"] as const;

/** A file of learned keys stays as it is, and says nothing about addresses. */
const KEPT = ["UpdateHostKeys=no", "CheckHostIP=no"] as const;

/** OpenSSH's client ends with this status for every failure of its own. */
const SSH_FAILED = 255;

/**
 * Nodes over the system's OpenSSH client, so that its configuration (ProxyJump, agents, certificates, known hosts) just works.
 * A host is known by its instance id and not by its address, which the next node of a repave may be given again. A host that this
 * configuration knows is taken by it alone. The keys of any other come from `hostKeys`, and the command is sent then: the
 * client has refused the host before it logged in.
 *
 * A command's own exit status 255 cannot be told from a failure of the connection; it counts as the latter.
 * A command that timed out here may go on at the node.
 */
export function sshShell(options: SshShellOptions): NodeShell {
  const { clock, user, configFile, hostKeys, sudo = user !== "root" } = options;
  const { connectSeconds = 10, keepAliveSeconds = 15 } = options;
  /** Options for the nodes whose keys were learned, by instance id. */
  const learned = new Map<string, readonly string[]>();

  const sshTo = (node: NodeAddress, trust: readonly string[]): readonly string[] => [
    "ssh",
    ...(configFile === undefined ? [] : ["-F", configFile]),
    ...[
      "BatchMode=yes",
      `ConnectTimeout=${connectSeconds}`,
      `ServerAliveInterval=${keepAliveSeconds}`,
      `HostKeyAlias=${node.instanceId}`,
      ...trust,
    ].flatMap((option) => ["-o", option]),
    ...(user === undefined ? [] : ["-l", user]),
    "--",
    node.privateIp,
  ];

  const environment = sshEnvironment(configFile);

  async function send(node: NodeAddress, line: string, trust: readonly string[], ms: number, signal?: AbortSignal) {
    const env = await environment(node);
    return runProcess([...sshTo(node, trust), line], {
      env,
      timeout: { clock, ms },
      maxBytes: MOST_OUTPUT_BYTES,
      signal,
    }).catch((cause: unknown) => {
      if (signal?.aborted) throw cause;
      if (cause instanceof OutputTooLong)
        throw new RepaveError("NODE_ANSWER_UNREADABLE", `${node.instanceId}: ${cause.message}`, { cause });
      throw new RepaveError("NODE_UNREACHABLE", `${node.instanceId}: the OpenSSH client cannot be run`, { cause });
    });
  }

  /** Sends it to a host that the client's configuration knows; else to one whose keys `hostKeys` has. */
  async function sendToKnown(keys: HostKeys, node: NodeAddress, line: string, timeoutMs: number, signal?: AbortSignal) {
    const deadline = clock.monotonic() + timeoutMs;
    const before = learned.get(node.instanceId);
    const result = await send(node, line, before ?? STRICT, timeoutMs, signal);
    if (before !== undefined || result === "timeout" || result.exitCode !== SSH_FAILED) return result;
    if (!isUnknownHost(result.stderr)) return result;
    const trust = [...STRICT, ...KEPT, knownHostsOption(await keys.knownHostsOf(node))];
    learned.set(node.instanceId, trust);
    return send(node, line, trust, Math.max(deadline - clock.monotonic(), 0), signal);
  }

  return {
    async run(node, argv, { timeoutMs = DEFAULT_TIMEOUT_MS, signal }: RunOptions = {}) {
      const line = shellLine(sudo ? ["sudo", "-n", ...argv] : argv);
      const result = await (hostKeys === undefined
        ? send(node, line, [], timeoutMs, signal)
        : sendToKnown(hostKeys, node, line, timeoutMs, signal));
      if (result === "timeout") {
        throw new RepaveError(
          "NODE_COMMAND_TIMEOUT",
          `${node.instanceId}: the command did not end within ${timeoutMs / 1_000} s`,
        );
      }
      const { exitCode = SSH_FAILED, stdout, stderr } = result;
      if (exitCode === SSH_FAILED) {
        const why = sshFailure({ stderr, alias: node.instanceId });
        throw new RepaveError("NODE_UNREACHABLE", `${node.instanceId} (${node.privateIp}): ${why}`);
      }
      const refused = loginRefusal(stdout);
      if (refused !== undefined) throw new RepaveError("NODE_UNREACHABLE", `${node.instanceId}: ${refused}`);
      return { exitCode, stdout, stderr };
    },
  };
}
