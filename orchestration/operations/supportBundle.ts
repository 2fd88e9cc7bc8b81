import { RepaveError } from "../domain/errors";
import { attempt, type Attempt } from "../domain/health";
import { plainOf } from "../domain/settings";
import type { NodeAddress } from "../ports/nodeShell";
import type { ObjectStore, StoredObject } from "../ports/objectStore";
import type { BundleFacts } from "../ports/tfe";
import type { Ports } from "../run/context";
import { observeFleet, type FleetSeen, type NodeSeen } from "../fleet/observe";
import { address } from "../fleet/sight";
import { waitFor } from "../run/wait";
import { chosen } from "./choice";

/** Time limit and poll interval for the upload of every node's logs. */
const PATIENCE = { pollMs: 5_000, timeoutMs: 15 * 60_000 };

export interface Bundle extends StoredObject {
  readonly instanceId: string;
  readonly privateIp: string;
}

export interface Bundles {
  readonly bucket: string;
  /** Time of the command, in RFC 3339. */
  readonly jobId: string;
  /** One per node, in the order of the fleet. */
  readonly bundles: readonly Bundle[];
}

export interface BundleOptions {
  readonly ports: Pick<Ports, "stack" | "fleet" | "tfe" | "clock">;
  readonly objects: ObjectStore;
  /** The stack's `bucket`. Undefined: use the bucket in the application's own settings. */
  readonly bucket: string | undefined;
  readonly signal: AbortSignal;
  /** Called with progress. */
  readonly note: (text: string) => void;
}

/**
 * Creates a support bundle of every node with the one command that covers all nodes, and waits until the bucket has each of them
 * under the same JobID. Needs no lease: it changes nothing, and it is most useful when a run has halted. Throws `NODE_NOT_READY`
 * if no node can run the command, and `BUNDLE_INCOMPLETE` with the nodes whose bundle did not arrive.
 */
export async function makeBundles(options: BundleOptions): Promise<Bundles> {
  const { ports, objects, note } = options;
  const { facts } = ports.tfe;
  const { folder } = facts.bundles;
  const seen = await observeFleet(ports);
  const nodes = chosen(seen, undefined);
  const asked = address(commander(seen).instance);
  const names = await Promise.all(nodes.map((node) => attempt(() => ports.tfe.nodeName(address(node.instance)))));
  const bucket = options.bucket ?? (await refuseBucketOf(ports, asked));
  const before = new Set(jobsIn(facts.bundles, await objects.list(bucket, `${folder}/`)).keys());
  note(`creating support bundles of ${nodes.length} nodes, through ${asked.instanceId}`);
  const said = await ports.tfe.supportBundle(asked);

  let missing: readonly string[] = nodes.map(nameOf);
  let there: string | undefined;
  const late = (): RepaveError => {
    const where = there === undefined ? `${folder}/` : `${folder}/${there}/`;
    return new RepaveError(
      "BUNDLE_INCOMPLETE",
      `no bundle of ${missing.join(", ")} in s3://${bucket}/${where} after ${PATIENCE.timeoutMs / 60_000} minutes`,
    );
  };
  return waitFor(ports.clock, { ...PATIENCE, signal: options.signal, late }, async () => {
    const jobs = jobsIn(facts.bundles, await objects.list(bucket, `${folder}/`));
    const jobId = ownJob(
      [...jobs.keys()].filter((job) => !before.has(job)),
      said,
    );
    if (jobId === undefined) return undefined;
    there = jobId;
    const found = nodes.map((node, index) => bundleOf(facts.bundles, node, names[index], jobs.get(jobId) ?? []));
    missing = nodes.filter((_, index) => found[index] === undefined).map(nameOf);
    note(`${jobId}: ${nodes.length - missing.length} of ${nodes.length} bundles are in the bucket`);
    const bundles = found.filter((bundle) => bundle !== undefined);
    return bundles.length === nodes.length ? { bucket, jobId, bundles } : undefined;
  });
}

/**
 * Refuses, with the bucket that a node names: which bucket is read with the operator's credentials is not for a node to choose. Throws
 * `STACK_CONFIG_INVALID`.
 */
async function refuseBucketOf({ tfe }: Pick<Ports, "tfe">, node: NodeAddress): Promise<never> {
  const key = tfe.facts.settings.bucket;
  const named = plainOf((await tfe.settings(node, { keys: [key] }))[key]) ?? "";
  const isName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(named);
  const said = isName
    ? `${node.instanceId} says that it is ${named}. If that is your bucket: pulumi config set tfe:bucket ${named}`
    : `${node.instanceId} names none either. Set tfe:bucket`;
  throw new RepaveError("STACK_CONFIG_INVALID", `the stack does not name the application's bucket. ${said}`);
}

/** Chooses the node that runs the command. Its application must run. */
function commander({ nodes }: FleetSeen): NodeSeen {
  const started = nodes.filter(({ answers }) => answers.state === "started");
  const node = started.find(({ healthy }) => healthy) ?? started[0];
  if (node) return node;
  throw new RepaveError("NODE_NOT_READY", "the application runs on no node, and it provides the command");
}

const nameOf = ({ instance }: NodeSeen): string => `${instance.id} (${instance.privateIp ?? "no address"})`;

/** Objects by JobID. */
function jobsIn(facts: BundleFacts, objects: readonly StoredObject[]): ReadonlyMap<string, readonly StoredObject[]> {
  const jobs = new Map<string, StoredObject[]>();
  for (const object of objects) {
    const jobId = facts.partsOf(object.key)?.jobId;
    if (jobId !== undefined) jobs.set(jobId, [...(jobs.get(jobId) ?? []), object]);
  }
  return jobs;
}

/** Returns the job named in the command's output, or else the newest one: someone else may have started one as well. */
function ownJob(fresh: readonly string[], said: string): string | undefined {
  return fresh.find((job) => said.includes(job)) ?? (fresh.length === 1 ? fresh[0] : undefined);
}

/** A node that does not tell its name has no bundle that could be told from another's. */
function bundleOf(
  facts: BundleFacts,
  { instance }: NodeSeen,
  name: Attempt<string> | undefined,
  objects: readonly StoredObject[],
): Bundle | undefined {
  if (name?.made !== true) return undefined;
  const { id: instanceId, privateIp = "" } = instance;
  const object = objects.find(({ key, bytes }) => facts.partsOf(key)?.node === name.value && bytes > 0);
  return object && { ...object, instanceId, privateIp };
}
