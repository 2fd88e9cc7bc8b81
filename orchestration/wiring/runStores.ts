import { join } from "node:path";
import { parseRunStore, runsPath } from "../../infra/runs/runStore";
import type { AwsClients } from "../adapters/aws/clients";
import { fileRunStore } from "../adapters/runStore/fileRunStore";
import { s3RunStore } from "../adapters/runStore/s3RunStore";
import type { RunStore } from "../ports/runStore";
import { plainStackName } from "./stacks";

/** Beside the runs of a stack, in a folder that is no run's. */
const OPERATIONS = "operations";

/** The runs of a stack, qualified or not, and the journals of what acts on its nodes outside of runs; in a folder or in a bucket. */
export function runStoresAt(
  where: string,
  stackName: string,
  { s3: client }: Pick<AwsClients, "s3">,
): { readonly store: RunStore; readonly journals: RunStore } {
  const stack = plainStackName(stackName);
  const runs = parseRunStore(where);
  if (runs.kind === "folder") {
    const dir = join(runs.dir, stack);
    return { store: fileRunStore({ dir }), journals: fileRunStore({ dir: join(dir, OPERATIONS) }) };
  }
  const { bucket, prefix } = runs;
  return {
    store: s3RunStore({ client, bucket, prefix, stack }),
    journals: s3RunStore({ client, bucket, prefix: runsPath(prefix, stack), stack: OPERATIONS }),
  };
}
