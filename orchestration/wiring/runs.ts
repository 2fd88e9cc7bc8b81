import { lastLab } from "../../lab/session";
import { awsClients } from "../adapters/aws/clients";
import { systemClock } from "../adapters/machine/clock";
import { awsPlaceOf } from "../adapters/pulumi/stackPlace";
import { RepaveError } from "../domain/errors";
import type { Clock } from "../ports/clock";
import type { RunStore } from "../ports/runStore";
import { refuseLabVariables } from "./labVariables";
import { labDir, labOf, onlyStack, plainStackName, readStack, runsDirOf, useLab } from "./stacks";
import { runStoresAt } from "./runStores";

/** The runs of a stack, for reading: needs neither the Pulumi CLI nor the fleet, and starts no lab. */
export interface Runs {
  readonly stackName: string;
  readonly store: RunStore;
  /** Journals of what acts on the nodes outside of runs. */
  readonly operations: RunStore;
  readonly clock: Clock;
  close(): void;
}

/** Throws `STACK_NOT_BUILT`, `STACK_UNKNOWN`, `STACK_CONFIG_INVALID`. */
export async function openRuns(stack: string | undefined): Promise<Runs> {
  const stackName = stack ?? onlyStack();
  const name = plainStackName(stackName);
  refuseLabVariables(name, labDir());
  const place = labOf(name);
  const lab = place && (await lastLab(place.dir));
  if (place && !lab)
    throw new RepaveError(
      "STACK_NOT_BUILT",
      `${name}: build it with \`npm run upgrade -- --release 642 --stack ${name}\``,
    );
  if (lab) useLab(lab);
  const { raw, config } = readStack(stackName);
  const clients = awsClients(awsPlaceOf(raw));
  const where = runsDirOf(stackName, config);
  const { store, journals } = runStoresAt(where, stackName, clients);
  return {
    stackName,
    store,
    operations: journals,
    clock: systemClock(),
    close: () => clients.destroy(),
  };
}
