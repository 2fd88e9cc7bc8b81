import { awsClients } from "../../adapters/aws/clients";
import { awsRunningFleet } from "../../adapters/aws/running/fleet";
import { awsPlaceOf } from "../../adapters/pulumi/stackPlace";
import type { RunningFleetPort } from "../../ports/runningFleet";

export interface RunningFleetPlace {
  /** Default: as the AWS configuration has it. */
  readonly region?: string;
  readonly profile?: string;
  readonly note: (line: string) => void;
}

/** A fleet that other code built, to be read; closed afterwards. Throws `REGION_UNKNOWN`. */
export async function openRunningFleet<T>(
  { region, profile, note }: RunningFleetPlace,
  read: (port: RunningFleetPort) => Promise<T>,
): Promise<T> {
  const aws = awsPlaceOf({ "aws:region": region, "aws:profile": profile });
  const clients = awsClients(aws);
  try {
    return await read(awsRunningFleet({ clients, aws, note }));
  } finally {
    clients.destroy();
  }
}
