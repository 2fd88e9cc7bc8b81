import type { AwsPlace } from "../../../infra/awsSdk";
import { awsClients, type AwsClients } from "../../adapters/aws/clients";
import { awsRunningFleet } from "../../adapters/aws/running/fleet";
import { awsPlaceOf } from "../../adapters/pulumi/stackPlace";
import type { RunningFleetPort } from "../../ports/runningFleet";
import { askNode, type AskedNode, type AskOptions } from "./runningNode";

export type { AskedNode, NodeReach } from "./runningNode";

export interface RunningFleetPlace {
  /** Default: as the AWS configuration has it. */
  readonly region?: string;
  readonly profile?: string;
  readonly note: (line: string) => void;
}

/** A fleet that other code built, and one of its nodes. */
export interface OpenFleet extends RunningFleetPort {
  ask(options: Omit<AskOptions, "clients" | "aws">): Promise<AskedNode>;
}

/** A fleet that other code built, to be read; closed afterwards. Throws `REGION_UNKNOWN`. */
export async function openRunningFleet<T>(
  { region, profile, note }: RunningFleetPlace,
  read: (fleet: OpenFleet) => Promise<T>,
): Promise<T> {
  const aws: AwsPlace = awsPlaceOf({ "aws:region": region, "aws:profile": profile });
  const clients: AwsClients = awsClients(aws);
  try {
    return await read({
      ...awsRunningFleet({ clients, aws, note }),
      ask: (options) => askNode({ ...options, clients, aws }),
    });
  } finally {
    clients.destroy();
  }
}
