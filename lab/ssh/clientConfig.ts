/** One node as the client's configuration names it. */
export interface SshHost {
  readonly instanceId: string;
  readonly privateIp: string;
  readonly port: number;
}

export const SSH_USER = "ubuntu";

/** Nothing listens here: a node that is gone refuses at once, instead of the name being looked for on a real network. */
const CLOSED_PORT = 9;

/**
 * OpenSSH's client configuration: each private address leads to the node's server on loopback. It knows no host's key, as that of an
 * operator knows none of a new node: the nodes print theirs to their consoles.
 */
export function clientConfig(hosts: readonly SshHost[], identityFile: string): string {
  const entries = hosts.map((host) =>
    [
      `Host ${host.privateIp} ${host.instanceId}`,
      "  HostName 127.0.0.1",
      `  Port ${host.port}`,
      `  HostKeyAlias ${host.instanceId}`,
    ].join("\n"),
  );
  const everyone = [
    "Host *",
    "  HostName 127.0.0.1",
    `  Port ${CLOSED_PORT}`,
    `  User ${SSH_USER}`,
    `  IdentityFile "${identityFile}"`,
    "  IdentitiesOnly yes",
    "  UserKnownHostsFile /dev/null",
    "  GlobalKnownHostsFile none",
    "  StrictHostKeyChecking yes",
    "  ProxyCommand none",
    "",
  ].join("\n");
  return [...entries, everyone].join("\n\n");
}
