/** The nodes of a stack: what acts on them, and the application on them. */
import type { AwsPlace } from "../../infra/awsSdk";
import type { StackConfig } from "../../infra/config/index";
import type { StackOutputs } from "../../infra/contract";
import { awsClients, type AwsClients } from "../adapters/aws/clients";
import { awsFleet } from "../adapters/aws/fleet";
import { sshShell } from "../adapters/nodeShell/sshShell";
import { ssmShell } from "../adapters/nodeShell/ssmShell";
import type { DialectOptions } from "../dialects/dialect";
import type { Clock } from "../ports/clock";
import type { NodeShell } from "../ports/nodeShell";
import type { Ports } from "../run/context";
import { dialectOf } from "./packagings";

/** The adapters that need no engine: a fleet whose facts are known, and the application on its nodes. */
export function nodeSide(outputs: FleetFacts, config: StackConfig, clock: Clock, aws: AwsPlace): NodeSide {
  const clients = awsClients(aws);
  const shell = outputs.transport === "ssm" ? ssmShell({ clients, clock }) : sshShell({ clock, ...sshOptions(config) });
  return {
    clients,
    shell,
    fleet: awsFleet({ clients, ...outputs }),
    tfe: dialectOf(config).node(shell, nodeOptions(config, outputs)),
  };
}

export type FleetFacts = Pick<
  StackOutputs,
  "groupName" | "targetGroupArn" | "launchTemplateId" | "transport" | "services"
>;

interface NodeSide extends Pick<Ports, "fleet" | "tfe"> {
  readonly clients: AwsClients;
  readonly shell: NodeShell;
}

/** How the system's OpenSSH is called. */
export function sshOptions({ sshConfigFile, sshUser }: StackConfig): { configFile?: string; user?: string } {
  return { ...(sshConfigFile ? { configFile: sshConfigFile } : {}), ...(sshUser ? { user: sshUser } : {}) };
}

/** What the dialect is told of the stack. An installation of its own worker images replaces the vendor's; none does not. */
function nodeOptions(config: StackConfig, { services }: Pick<StackOutputs, "services">): DialectOptions {
  const { workerImages, hostname, ...rest } = config;
  return {
    ...rest,
    hostname: hostname.replace(/:\d+$/, ""),
    settingsSecretArn: services?.settingsSecretArn ?? config.settingsSecretArn,
    ...(workerImages.length > 0 ? { workerImages } : {}),
  };
}
