import type { AwsPlace } from "../../infra/awsSdk";
import type { StackConfig } from "../../infra/config/index";
import type { AwsClients } from "../adapters/aws/clients";
import { consoleOutput } from "../adapters/aws/console";
import { type ByHand, bySession, bySsh } from "../adapters/nodeShell/byHand";
import { consoleHostKeys } from "../adapters/nodeShell/hostKeys";
import { sshShell, type SshShellOptions } from "../adapters/nodeShell/sshShell";
import { ssmShell } from "../adapters/nodeShell/ssmShell";
import type { Clock } from "../ports/clock";
import type { NodeShell } from "../ports/nodeShell";
import { hostKeysDir } from "./stacks";

export interface NodeShellFacts {
  readonly stackName: string;
  readonly transport: "ssm" | "ssh";
  readonly config: Pick<StackConfig, "sshConfigFile" | "sshUser" | "sshHostKeys">;
  readonly clients: AwsClients;
  readonly clock: Clock;
  readonly aws: AwsPlace;
}

/** How commands reach the nodes, and how a person reaches them as the commands do. */
export function nodeShells(facts: NodeShellFacts): { readonly shell: NodeShell; readonly byHand: ByHand } {
  const { transport, clients, clock, aws } = facts;
  if (transport === "ssm") return { shell: ssmShell({ clients, clock }), byHand: bySession(aws.region) };
  const options = sshOptions(facts);
  return { shell: sshShell({ clock, ...options }), byHand: bySsh(options) };
}

/** How OpenSSH's client is called for the stack's nodes, and where it has the host keys from that it does not know. */
export function sshOptions(facts: Pick<NodeShellFacts, "stackName" | "config" | "clients" | "clock">): SshOptions {
  const { sshConfigFile, sshUser } = facts.config;
  return {
    ...(sshConfigFile ? { configFile: sshConfigFile } : {}),
    ...(sshUser ? { user: sshUser } : {}),
    ...hostKeys(facts),
  };
}

type SshOptions = Pick<SshShellOptions, "configFile" | "user" | "hostKeys">;

function hostKeys({
  stackName,
  config,
  clients,
  clock,
}: Parameters<typeof sshOptions>[0]): Pick<SshOptions, "hostKeys"> {
  if (config.sshHostKeys === "config") return {};
  return {
    hostKeys: consoleHostKeys({
      consoleOutput: (instanceId, which) => consoleOutput(clients.ec2, instanceId, which),
      folder: hostKeysDir(stackName),
      clock,
    }),
  };
}
