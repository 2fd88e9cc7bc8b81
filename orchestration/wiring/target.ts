import { hostname, userInfo } from "node:os";
import { dirname, join } from "node:path";
import type { StackConfig } from "../../infra/config/index";
import type { StackOutputs } from "../../infra/contract";
import { ENGINE_BIN_ENV, openLab, type LabSession } from "../../lab/session";
import { awsBootProbe } from "../adapters/aws/bootProbe";
import { awsEntrypoint } from "../adapters/aws/entrypoint";
import { awsPreparedNodes } from "../adapters/aws/launching/preparedNodes";
import { awsImages } from "../adapters/aws/images";
import { awsLaunchMarket } from "../adapters/aws/launchMarket";
import { systemClock } from "../adapters/machine/clock";
import { type Engine, ensureEngine } from "../adapters/pulumi/engine/ensureEngine";
import { reportPage } from "../adapters/page/reportPage";
import { httpProbe } from "../adapters/machine/probe";
import { type ContractStack, type EngineStackPort, type Makeable, pulumiStack } from "../adapters/pulumi/stack";
import { awsBackups } from "../adapters/aws/backups";
import { namedStack } from "../adapters/pulumi/namedStack";
import { recordedStack } from "../adapters/pulumi/recordedStack";
import { s3ObjectStore } from "../adapters/aws/objectStore";
import type { ByHand } from "../adapters/nodeShell/byHand";
import { awsPlaceOf } from "../adapters/pulumi/stackPlace";
import { RepaveError } from "../domain/errors";
import type { Place } from "../domain/start/place";
import type { Witness } from "../domain/witness";
import type { Clock } from "../ports/clock";
import type { ObjectStore } from "../ports/objectStore";
import type { Reporter } from "../ports/reporter";
import { answering } from "./answering";
import { type Adopting, buildEmpty, completeFile } from "./project/adopting";
import { refuseLabVariables } from "./labVariables";
import { stackMoving } from "./move/moving";
import { dialectOf, DIALECTS } from "./packagings";
import { sidesOf } from "./move/sides";
import type { Ports } from "../run/context";
import { DEFAULT_POLICY, type Policy } from "../run/policy";
import type { Run } from "../run/run";
import { nodeSide } from "./nodes";
import { openProof } from "./proof";
import { stackNotifier } from "./notices";
import { policyFrom } from "./policy";
import { runStoresAt } from "./runStores";
import { labDir, labOf, onlyStack, plainStackName, projectRoot, readStack, runsDirOf, useLab } from "./stacks";

export { type FleetFacts, nodeSide } from "./nodes";

/**
 * What the availability probe asks: every release answers it with less than 500 while it serves users. Newer ones say 410 there,
 * and their own health check says 503 on a drained node, which still serves.
 */
const WATCHED = "/_health_check";

export interface TargetOptions {
  readonly stack: string | undefined;
  readonly speed?: number | undefined;
  readonly nodeBuild?: number | undefined;
  /** What must stand in the lab. */
  readonly estate?: string | undefined;
  /** Faults to inject in the lab. */
  readonly fault?: readonly string[] | undefined;
  /** The stack takes a fleet over that other code built; what its file lacks, and the stack itself where it is not built, is made first. */
  readonly adopting?: Adopting;
  /** Unattended: a run that cannot start is reported to the receivers of notices. */
  readonly unattended?: boolean;
  /** Called with what takes time before there is a run. */
  readonly note: (line: string) => void;
  /** Made once the clock is known. */
  readonly reporter: (clock: Clock) => Reporter;
}

/** A stack with everything that acts on it. Must be closed: that ends a lab started on demand. */
export interface Target {
  readonly stackName: string;
  readonly stackFile: string;
  readonly isLab: boolean;
  readonly place: Place;
  readonly ports: Ports;
  readonly policy: Policy;
  /** The application's object store, and its bucket where the stack names it. */
  readonly objects: ObjectStore;
  /** How a person runs a line on a node, without this tool in between. */
  readonly byHand: ByHand;
  readonly bucket: string | undefined;
  /** From now on the stack's updates carry this run's fencing token. */
  begin(run: Run): void;
  /** What the lab's witness saw; undefined outside the lab. */
  witness(): Promise<Witness | undefined>;
  close(): Promise<void>;
}

/**
 * Opens a stack with everything that acts on it. The composition root: adapters are constructed in this folder, and those that stand at
 * the terminal in `commands/io`. Throws `STACK_UNKNOWN`, `STACK_NOT_BUILT`, `ENGINE_MISSING`.
 */
export async function openTarget(options: TargetOptions): Promise<Target> {
  const stackName = options.stack ?? onlyStack();
  const name = plainStackName(stackName);
  refuseLabVariables(name, labDir());
  const place = labOf(name);
  // A misspelt name must not cost the installation of a Pulumi CLI. The lab writes its own file.
  if (!place) readStack(stackName);
  const engine = await ensureEngine({ onProgress: options.note });
  if (place) process.env[ENGINE_BIN_ENV] = join(engine.root, "bin");
  const { speed, nodeBuild, estate, fault: faults } = options;
  const lab = place ? await openLab({ ...place, speed, nodeBuild, estate, faults }) : undefined;
  try {
    return await openStack(stackName, engine, lab, options);
  } catch (error) {
    await lab?.close();
    throw error;
  }
}

async function openStack(
  stackName: string,
  found: Engine,
  lab: LabSession | undefined,
  options: TargetOptions,
): Promise<Target> {
  if (lab) useLab(lab);
  if (options.adopting)
    await completeFile(stackName, options.adopting, lab && { elsewhere: await lab.elsewhere(), note: options.note });
  const clock = systemClock();
  const { file: stackFile, raw, config } = readStack(stackName);
  const runsDir = runsDirOf(stackName, config);
  let run: Run | undefined;
  const engine = pulumiStack({
    stackName,
    workDir: dirname(stackFile),
    engine: found,
    env: {},
    projectRoot: projectRoot(),
    runsDir,
    fencingSecret: () => run?.fencingSecret,
    note: options.note,
    // A first build waits for its nodes. In a run, every update is one of a template or a group, and the service may be down.
    limitMs: () => (run?.fencingSecret === undefined ? undefined : DEFAULT_POLICY.engineMs),
  });
  const outputs = (await engine.outputs()) ?? (await firstBuild(engine, config, lab, options));
  if (!outputs) throw new RepaveError("STACK_NOT_BUILT", stackName);
  const aws = awsPlaceOf(raw);
  // The run store is reached with the clients of the nodes; what it knows of another side is asked for later.
  const sides = sidesOf({ raw, config }, () => store);
  const nodes = nodeSide(outputs, config, clock, aws, stackName, sides);
  const { store, journals } = runStoresAt(runsDir, stackName, nodes.clients);
  const notices = stackNotifier(config, {
    aws,
    stack: stackName,
    unattended: options.unattended === true,
    journal: (runId) => store.journal(runId),
    now: () => clock.now(),
    problem: options.note,
    env: process.env,
  });
  const holder = (): Run | undefined => (run?.fencingToken === undefined ? undefined : run);
  const recorded = recordedStack({ engine: answering(engine, outputs), store, run: holder, now: () => clock.now() });
  const otherKeys = DIALECTS.map(({ keys }) => keys);
  const stack = namedStack(recorded, dialectOf(config).keys, otherKeys);
  const caFile = config.caFile === undefined ? {} : { caFile: config.caFile };
  const proof = openProof({ config, aws, clock, origin: new URL(outputs.healthCheckUrl).origin });
  const ports: Ports = {
    ...proof.ports,
    clock,
    stack,
    fleet: nodes.fleet,
    ...(nodes.former && { former: nodes.former }),
    launchMarket: awsLaunchMarket({ clients: nodes.clients, ...outputs }),
    entrypoint: awsEntrypoint({ clients: nodes.clients, ...outputs }),
    preparedNodes: awsPreparedNodes({ clients: nodes.clients, ...outputs, stack: plainStackName(stackName) }),
    bootProbe: awsBootProbe({ ...nodes, ...outputs, proxyUrl: config.proxyUrl }),
    tfe: nodes.tfe,
    moving: stackMoving({ ...nodes, stackName, sides, aws, clock, built: outputs.services }),
    images: awsImages({ clients: nodes.clients }),
    store,
    operations: journals,
    backups: awsBackups({ clients: nodes.clients }),
    probe: httpProbe({ url: new URL(WATCHED, outputs.healthCheckUrl).href, clock, everyMs: 1000, ...caFile }),
    reporter: notices.behind(options.reporter(clock)),
    page: reportPage(),
    startedBy: `${userInfo().username}@${hostname()}`,
  };
  return {
    stackName,
    stackFile,
    isLab: lab !== undefined,
    place: placeOf(config, outputs),
    ports,
    policy: policyFrom(config, outputs.services),
    byHand: nodes.byHand,
    objects: s3ObjectStore({ client: nodes.clients.s3 }),
    bucket: outputs.services?.bucket ?? config.bucket,
    begin: (begun) => (run = begun),
    witness: async () => lab?.verdict(),
    async close() {
      await notices.close();
      proof.close();
      nodes.clients.destroy();
      await lab?.close();
    },
  };
}

/** The account and the region of the fleet are those of its target group. */
function placeOf({ hostname: host }: StackConfig, { targetGroupArn }: Pick<StackOutputs, "targetGroupArn">): Place {
  const [, , , region = "", account = ""] = targetGroupArn.split(":");
  return { host, account, region };
}

/** Undefined: nobody builds a stack that is not built, except for the first user of a lab and for a fleet that it takes over. */
async function firstBuild(
  engine: EngineStackPort & Makeable,
  config: StackConfig,
  lab: LabSession | undefined,
  { adopting, note }: TargetOptions,
): Promise<StackOutputs | undefined> {
  if (adopting) return buildEmpty(engine, config, { ...adopting, note });
  return lab ? buildFleet(engine, note) : undefined;
}

/** Does what `pulumi up` would do, for the first user of a lab. */
async function buildFleet(
  stack: Pick<ContractStack, "apply" | "outputs">,
  note: (line: string) => void,
): Promise<StackOutputs | undefined> {
  note("building the lab's first fleet of two nodes (`pulumi up` with its post-build gate)");
  await stack.apply({});
  return stack.outputs();
}
