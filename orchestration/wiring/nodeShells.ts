import type { AwsPlace } from "../../infra/awsSdk";
import type { StackConfig } from "../../infra/config/index";
import type { AwsClients } from "../adapters/aws/clients";
import { consoleOutput } from "../adapters/aws/console";
import { type ByHand, bySession, bySsh } from "../adapters/nodeShell/byHand";
import { consoleHostKeys, type HostKeys } from "../adapters/nodeShell/hostKeys";
import { sshShell } from "../adapters/nodeShell/sshShell";
import { ssmShell } from "../adapters/nodeShell/ssmShell";
import type { Clock } from "../ports/clock";
import type { NodeShell } from "../ports/nodeShell";
import { hostKeysDir } from "./stacks";

export interface NodeShellFacts {
  readonly stackName: string;
  readonly transport: "ssm" | "ssh";
  readonly config: StackConfig;
  readonly clients: AwsClients;
  readonly clock: Clock;
  readonly aws: AwsPlace;
}

/** How commands reach the nodes, and how a person reaches them as the commands do. */
export function nodeShells(facts: NodeShellFacts): { readonly shell: NodeShell; readonly byHand: ByHand } {
  const { transport, config, clients, clock, aws } = facts;
  if (transport === "ssm") return { shell: ssmShell({ clients, clock }), byHand: bySession(aws.region) };
  const options = { ...clientOptions(config), ...hostKeys(facts) };
  return { shell: sshShell({ clock, ...options }), byHand: bySsh(options) };
}

function hostKeys({ stackName, config, clients, clock }: NodeShellFacts): { readonly hostKeys?: HostKeys } {
  if (config.sshHostKeys === "config") return {};
  return {
    hostKeys: consoleHostKeys({
      consoleOutput: (instanceId, which) => consoleOutput(clients.ec2, instanceId, which),
      folder: hostKeysDir(stackName),
      clock,
    }),
  };
}

function clientOptions({ sshConfigFile, sshUser }: StackConfig): { configFile?: string; user?: string } {
  return { ...(sshConfigFile ? { configFile: sshConfigFile } : {}), ...(sshUser ? { user: sshUser } : {}) };
}
