import { RepaveError } from "../domain/errors";
import type { ObjectStore, StoredObject } from "../ports/objectStore";
import type { BundleFacts } from "../ports/tfe";
import type { Ports } from "../run/context";
import { observeFleet, type FleetSeen, type NodeSeen } from "../fleet/observe";
import { address } from "../fleet/sight";
import { waitFor } from "../run/wait";
import { chosen } from "./choice";

/** The upload of every node's logs: how long it may take, and how often it is looked for. */
const PATIENCE = { pollMs: 5_000, timeoutMs: 15 * 60_000 };

export interface Bundle extends StoredObject {
  readonly instanceId: string;
  readonly privateIp: string;
}

export interface Bundles {
  readonly bucket: string;
  /** The moment of the command, in RFC 3339. */
  readonly jobId: string;
  /** One a node, in the order of the fleet. */
  readonly bundles: readonly Bundle[];
}

export interface BundleOptions {
  readonly ports: Pick<Ports, "stack" | "fleet" | "tfe" | "clock">;
  readonly objects: ObjectStore;
  /** The stack's `bucket`; undefined: the one that the application itself has in its settings. */
  readonly bucket: string | undefined;
  readonly signal: AbortSignal;
  /** Told what is being done and waited for. */
  readonly note: (text: string) => void;
}

/**
 * Makes a support bundle of every node, with the one command that asks all of them, and waits until the bucket has each under
 * the same JobID. Needs no lease: it changes nothing, and is wanted most where a run has halted.
 * Throws `NODE_NOT_READY` where no node can be asked, `BUNDLE_INCOMPLETE` naming the nodes whose bundle did not come.
 */
export async function makeBundles(options: BundleOptions): Promise<Bundles> {
  const { ports, objects, note } = options;
  const { facts } = ports.tfe;
  const { folder } = facts.bundles;
  const seen = await observeFleet(ports);
  const nodes = chosen(seen, undefined);
  const asked = address(commander(seen).instance);
  const bucket = options.bucket ?? (await ports.tfe.appConfig(asked))[facts.settings.bucket];
  if (!bucket) throw new RepaveError("STACK_CONFIG_INVALID", "the application's bucket is not known: set tfe:bucket");
  const before = new Set(jobsIn(facts.bundles, await objects.list(bucket, `${folder}/`)).keys());
  note(`making support bundles of ${nodes.length} nodes, by ${asked.instanceId}`);
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
    const found = nodes.map((node) => bundleOf(facts.bundles, node, jobs.get(jobId) ?? []));
    missing = nodes.filter((_, index) => found[index] === undefined).map(nameOf);
    note(`${jobId}: ${nodes.length - missing.length} of ${nodes.length} bundles are there`);
    const bundles = found.filter((bundle) => bundle !== undefined);
    return bundles.length === nodes.length ? { bucket, jobId, bundles } : undefined;
  });
}

/** The node that is given the command: its application must run. */
function commander({ nodes }: FleetSeen): NodeSeen {
  const started = nodes.filter(({ sight: { app } }) => app.made && app.value.state === "started");
  const node = started.find(({ healthy }) => healthy) ?? started[0];
  if (node) return node;
  throw new RepaveError("NODE_NOT_READY", "the application runs on no node, and the command is part of it");
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

/** The job that the command's answer names, else the one that has come since: somebody else may have given the command, too. */
function ownJob(fresh: readonly string[], said: string): string | undefined {
  return fresh.find((job) => said.includes(job)) ?? (fresh.length === 1 ? fresh[0] : undefined);
}

function bundleOf(facts: BundleFacts, { instance }: NodeSeen, objects: readonly StoredObject[]): Bundle | undefined {
  const { id: instanceId, privateIp = "" } = instance;
  const object = objects.find(({ key, bytes }) => facts.partsOf(key)?.address === privateIp && bytes > 0);
  return object && { ...object, instanceId, privateIp };
}
