import type { NodeAddress } from "../../ports/nodeShell";
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

/** By the system's OpenSSH, as the transport reaches the node. */
export const bySsh =
  ({ user, configFile }: { readonly user?: string; readonly configFile?: string }): ByHand =>
  ({ privateIp, instanceId }, line) =>
    shellLine([
      ...["ssh", ...(configFile === undefined ? [] : ["-F", configFile]), "-o", `HostKeyAlias=${instanceId}`],
      ...(user === undefined ? [] : ["-l", user]),
      ...["--", privateIp, line],
    ]);
