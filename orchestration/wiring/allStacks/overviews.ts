import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isBehind } from "../../../infra/runs/buildRecord";
import { parseRunStore } from "../../../infra/runs/runStore";
import { awsClients } from "../../adapters/aws/clients";
import { systemClock } from "../../adapters/machine/clock";
import { awsPlaceOf } from "../../adapters/pulumi/stackPlace";
import { asRepaveError, RepaveError } from "../../domain/errors";
import type { Packaging } from "../../domain/release";
import { parseCalendar } from "../../domain/window/calendar";
import { overview, type StackOverview } from "../../run/overview";
import { labEnvOf } from "../labEnv";
import { refuseLabVariables } from "../labVariables";
import { dialectOf } from "../packagings";
import { runStoresAt } from "../runStores";
import { isLab, knownStacks, labDir, labOf, plainStackName, readStack, runsDirOf } from "../stacks";

/** A stack of the project, or why nothing is known of it. */
export type Overviewed =
  | { readonly stack: string; readonly found: StackOverview; readonly packaging: Packaging; readonly now: number }
  | { readonly stack: string; readonly error: RepaveError };

/** Stacks that are read at the same time. */
const AT_ONCE = 8;

/** A stack that has not answered by then is one that cannot be reached. */
const PATIENCE_MS = 8_000;

/** Impatient clients: a line that comes late is of no use. */
const PATIENCE = { maxAttempts: 2, requestHandler: { connectionTimeout: 2_000, requestTimeout: 4_000 } };

/** Every stack that has a file in the project, and every lab of this machine, by name. */
export function allStacks(): readonly string[] {
  const home = labDir();
  const labs = existsSync(home) ? readdirSync(home, { withFileTypes: true }) : [];
  const names = labs.filter((entry) => entry.isDirectory() && isLabName(entry.name)).map(({ name }) => name);
  const found = ["lab", ...names].filter((stack) => existsSync(join(labOf(stack)?.dir ?? "", `Pulumi.${stack}.yaml`)));
  return [...[...knownStacks()].sort(), ...found.sort()];
}

/** Not every folder in a lab's home is one. */
function isLabName(name: string): boolean {
  try {
    return isLab(name);
  } catch {
    return false;
  }
}

/** Reads every stack, a few at a time, in their order. Starts no lab and asks no node. Throws nothing: what cannot be reached says why. */
export async function overviews(stacks: readonly string[]): Promise<readonly Overviewed[]> {
  const results: Overviewed[] = [];
  const left = [...stacks.entries()];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) {
      const [index, stack] = next;
      results[index] = await inTime(stack, read(stack)).catch((thrown: unknown): Overviewed => ({
        stack,
        error: asRepaveError(thrown),
      }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

async function inTime<T>(stack: string, reading: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new RepaveError("AWS_UNREACHABLE", `${stack} did not answer within ${PATIENCE_MS / 1000} s`);
    timer = setTimeout(() => reject(error), PATIENCE_MS);
  });
  // Whichever loses is of no interest any more.
  reading.catch(() => undefined);
  return Promise.race([reading, late]).finally(() => clearTimeout(timer));
}

async function read(stack: string): Promise<Overviewed> {
  const name = plainStackName(stack);
  refuseLabVariables(name, labDir());
  // Labs have environments of their own, of which this process has none.
  const env = await labEnvOf(name);
  const { raw, config } = readStack(stack);
  const where = runsDirOf(name, config, env);
  if (isLab(name) && parseRunStore(where).kind === "s3")
    throw new RepaveError(
      "STACK_NOT_BUILT",
      `${name}: its runs are in the lab's bucket; \`status --stack ${name}\` reads them`,
    );
  const clients = awsClients({ ...awsPlaceOf(raw), patience: PATIENCE });
  try {
    const { store, journals } = runStoresAt(where, name, clients);
    const now = systemClock(env).now();
    const found = await overview(
      { store, operations: journals },
      {
        stack: name,
        now,
        calendar: parseCalendar(config.windows, config.freeze),
        isBehind: (build) => isBehind(config, build),
      },
    );
    return { stack: name, found, packaging: dialectOf(config).packaging, now };
  } finally {
    clients.destroy();
  }
}
