import type { NodeAddress } from "../../ports/nodeShell";
import { type HostKeys, knownHostsOption } from "./hostKeys";
import { shellLine } from "./shellLine";

/** The command with which a person runs a line on a node; what it prints comes to that person's terminal only. */
export type ByHand = (node: NodeAddress, line: string) => string;

/** By Session Manager, which, other than Run Command, keeps no output unless the account logs its sessions. */
export const bySession =
  (region: string | undefined): ByHand =>
  ({ instanceId }, line) =>
    shellLine([
      ...["aws", "ssm", "start-session", ...(region === undefined ? [] : ["--region", region])],
      ...["--target", instanceId, "--document-name", "AWS-StartInteractiveCommand"],
      ...["--parameters", JSON.stringify({ command: [line] })],
    ]);

export interface BySshOptions {
  readonly user?: string;
  readonly configFile?: string;
  /** The node's keys that the transport learned stand in for those that the client's configuration lacks. */
  readonly hostKeys?: Pick<HostKeys, "learnedOf">;
}

/** By the system's OpenSSH, as the transport reaches the node. */
export const bySsh =
  ({ user, configFile, hostKeys }: BySshOptions): ByHand =>
  (node, line) => {
    const learned = hostKeys?.learnedOf(node);
    return shellLine([
      ...["ssh", ...(configFile === undefined ? [] : ["-F", configFile]), "-o", `HostKeyAlias=${node.instanceId}`],
      ...(learned === undefined ? [] : ["-o", knownHostsOption(learned)]),
      ...(user === undefined ? [] : ["-l", user]),
      ...["--", node.privateIp, line],
    ]);
  };
