/** The nodes of a stack: what acts on them, and the application on them. */
import type { AwsPlace } from "../../infra/awsSdk";
import type { StackConfig } from "../../infra/config/index";
import type { StackOutputs } from "../../infra/contract";
import { awsClients, type AwsClients } from "../adapters/aws/clients";
import { awsFleet } from "../adapters/aws/fleet";
import { awsFormer } from "../adapters/aws/former/group";
import type { ByHand } from "../adapters/nodeShell/byHand";
import type { DialectOptions } from "../dialects/dialect";
import { readUserData } from "../init/userData/read";
import type { Clock } from "../ports/clock";
import type { NodeShell } from "../ports/nodeShell";
import type { Ports } from "../run/context";
import { nodeShells } from "./nodeShells";
import { tfeOfBoth } from "./move/bothDialects";
import { dialectOf, DIALECTS } from "./packagings";
import type { Sides } from "./move/sides";

/** The adapters that need no engine: a fleet whose facts are known, and the application on its nodes. */
export function nodeSide(
  outputs: FleetFacts,
  config: StackConfig,
  clock: Clock,
  aws: AwsPlace,
  stackName: string,
  sides?: Pick<Sides, "config">,
): NodeSide {
  const clients = awsClients(aws);
  const { transport } = outputs;
  const usual = dialectOf(config);
  const { shell, byHand } = nodeShells({ stackName, transport, config, clients, clock, aws });
  return {
    clients,
    shell,
    byHand,
    ...groupsOf({ clients, ...outputs }, config, aws),
    tfe: tfeOfBoth({
      usual,
      all: DIALECTS,
      own: usual.node(shell, nodeOptions(config, outputs)),
      make: async (dialect) =>
        dialect.node(shell, nodeOptions((await sides?.config(dialect.packaging)) ?? config, outputs)),
    }),
  };
}

/** The stack's own group, and the former one where the stack names it. */
function groupsOf(
  facts: FleetFacts & { readonly clients: AwsClients },
  config: StackConfig,
  aws: AwsPlace,
): Pick<Ports, "fleet" | "former"> {
  const own = awsFleet(facts);
  const { formerGroup } = config;
  if (formerGroup === undefined) return { fleet: own };
  return awsFormer(own, { ...facts, aws, formerGroup, readUserData });
}

export type FleetFacts = Pick<
  StackOutputs,
  "groupName" | "targetGroupArn" | "launchTemplateId" | "transport" | "services"
>;

interface NodeSide extends Pick<Ports, "fleet" | "former" | "tfe"> {
  readonly clients: AwsClients;
  readonly shell: NodeShell;
  readonly byHand: ByHand;
}

/** The stack's configuration as a dialect takes it. An empty list of worker images means the vendor's own, so it is left out. */
function nodeOptions(config: StackConfig, { services }: Pick<StackOutputs, "services">): DialectOptions {
  const { workerImages, hostname, ...rest } = config;
  return {
    ...rest,
    hostname: hostname.replace(/:\d+$/, ""),
    settingsSecretArn: services?.settingsSecretArn ?? config.settingsSecretArn,
    ...(workerImages.length > 0 ? { workerImages } : {}),
  };
}
