import { RepaveError } from "../../domain/errors";
import { loginRefusal, sshFailure } from "./sshFailure";
import type { Clock } from "../../ports/clock";
import { MOST_OUTPUT_BYTES, type NodeAddress, type NodeShell, type RunOptions } from "../../ports/nodeShell";
import { OutputTooLong, runProcess } from "../machine/process";
import { shellLine } from "./shellLine";
import { sshEnvironment } from "./sshEnvironment";

export interface SshShellOptions {
  readonly clock: Clock;
  /** Login name; default: what the client's configuration says. */
  readonly user?: string;
  /** Client configuration to use instead of `~/.ssh/config`. */
  readonly configFile?: string;
  /** Prefix commands with `sudo -n`. Default: unless `user` is root. */
  readonly sudo?: boolean;
  /** Seconds in which a host must begin to talk. Default 10. */
  readonly connectSeconds?: number;
  /** Seconds between questions to a host that is silent; after the third without an answer the connection is given up. Default 15. */
  readonly keepAliveSeconds?: number;
}

const DEFAULT_TIMEOUT_MS = 60_000;

/** OpenSSH's client ends with this status for every failure of its own. */
const SSH_FAILED = 255;

/**
 * Nodes over the system's OpenSSH client, so that its configuration (ProxyJump, agents, certificates, known hosts) just works.
 * A host is known by its instance id and not by its address, which the next node of a repave may be given again. Whether the
 * key of a node never seen before is accepted stays with the operator's configuration (`StrictHostKeyChecking`).
 *
 * A command's own exit status 255 cannot be told from a failure of the connection; it counts as the latter.
 * A command that timed out here may go on at the node.
 */
export function sshShell(options: SshShellOptions): NodeShell {
  const { clock, user, configFile, sudo = user !== "root", connectSeconds = 10, keepAliveSeconds = 15 } = options;
  const sshTo = (node: NodeAddress): readonly string[] => [
    "ssh",
    ...(configFile === undefined ? [] : ["-F", configFile]),
    ...[
      "BatchMode=yes",
      `ConnectTimeout=${connectSeconds}`,
      `ServerAliveInterval=${keepAliveSeconds}`,
      `HostKeyAlias=${node.instanceId}`,
    ].flatMap((option) => ["-o", option]),
    ...(user === undefined ? [] : ["-l", user]),
    "--",
    node.privateIp,
  ];

  const environment = sshEnvironment(configFile);
  return {
    async run(node, argv, { timeoutMs = DEFAULT_TIMEOUT_MS, signal }: RunOptions = {}) {
      const line = shellLine(sudo ? ["sudo", "-n", ...argv] : argv);
      const env = await environment(node);
      const result = await runProcess([...sshTo(node), line], {
        env,
        timeout: { clock, ms: timeoutMs },
        maxBytes: MOST_OUTPUT_BYTES,
        signal,
      }).catch((cause: unknown) => {
        if (signal?.aborted) throw cause;
        if (cause instanceof OutputTooLong)
          throw new RepaveError("NODE_ANSWER_UNREADABLE", `${node.instanceId}: ${cause.message}`, { cause });
        throw new RepaveError("NODE_UNREACHABLE", `${node.instanceId}: the OpenSSH client cannot be run`, { cause });
      });
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
