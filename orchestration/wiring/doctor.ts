import { randomUUID } from "node:crypto";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { StackConfig } from "../../infra/config/index";
import { resourceName } from "../../infra/names";
import { nodeKind } from "../../infra/nodes";
import { examplesOf } from "../../infra/permissions/examples";
import { operatorPolicy } from "../../infra/permissions/operator";
import { scopeOf } from "../../infra/permissions/scope";
import { parseRunStore, runsPath } from "../../infra/runs/runStore";
import { openLab } from "../../lab/session";
import { type AwsClients, awsClients } from "../adapters/aws/clients";
import { loginCommand } from "../adapters/aws/diagnosis/login";
import { awsSight, OF_A_QUESTION } from "../adapters/aws/diagnosis/sight";
import { iamSimulation } from "../adapters/aws/diagnosis/simulation";
import { systemClock } from "../adapters/machine/clock";
import { programsHere } from "../adapters/machine/programs";
import { redact } from "../adapters/machine/redact";
import { serviceSight } from "../adapters/machine/service";
import { bySsh } from "../adapters/nodeShell/byHand";
import { sshShell } from "../adapters/nodeShell/sshShell";
import { engineSight } from "../adapters/pulumi/diagnosis";
import { awsPlaceOf } from "../adapters/pulumi/stackPlace";
import { tryBucketLock, tryFolderLock } from "../adapters/runStore/lockTrial";
import { examine, type Line, ROW_MS } from "../doctor/examine";
import { once } from "../doctor/once";
import { ROWS } from "../doctor/rows";
import type { SshSight, StackFacts, World } from "../doctor/world";
import { RepaveError } from "../domain/errors";
import { testNotice } from "../domain/notice";
import { oneLine } from "../domain/text/printable";
import { parseCalendar } from "../domain/window/calendar";
import type { CloudSight, StoreSight } from "../ports/diagnosis";
import { refuseLabVariables } from "./labVariables";
import { sshOptions } from "./nodeShells";
import { stackChannels } from "./notices";
import { runStoresAt } from "./runStores";
import { labDir, labOf, onlyStack, plainStackName, readStack, runsDirOf, type StackFile, useLab } from "./stacks";

export interface DoctorOptions {
  readonly stack: string | undefined;
  readonly speed?: number | undefined;
  readonly nodeBuild?: number | undefined;
  readonly estate?: string | undefined;
  readonly fault?: readonly string[] | undefined;
  readonly notify: boolean;
  /** Ids of the rows to look at. Default: all. */
  readonly only?: readonly string[];
  readonly signal: AbortSignal;
}

export interface Examination {
  /** Undefined: none is chosen. */
  readonly stack: string | undefined;
  /** What each row shows, in their order. They never reject. */
  readonly rows: readonly Promise<readonly Line[]>[];
  close(): Promise<void>;
}

/** Real time: a row's patience, and OpenSSH's, are the machine's. */
const REAL = systemClock({});

/**
 * Looks at everything that a run relies on. Needs no stack, no Pulumi CLI and no credentials: what is missing is what a row shows. A lab
 * is started where none runs, and nothing is built in it.
 */
export async function openExamination(options: DoctorOptions): Promise<Examination> {
  const { signal, notify, only } = options;
  const stack = chosen(options.stack);
  const place = "name" in stack ? labOf(stack.name) : undefined;
  const { speed, nodeBuild, estate, fault: faults } = options;
  const lab = place ? await openLab({ ...place, speed, nodeBuild, estate, faults }) : undefined;
  if (lab) useLab(lab);
  const opened = worldOf(stack, notify);
  const sleep = (ms: number, until: AbortSignal): Promise<void> =>
    delay(ms, undefined, { signal: until }).catch(() => undefined);
  const clean = (text: string): string => oneLine(redact(text, process.env));
  return {
    stack: "name" in stack ? stack.name : undefined,
    rows: examine(only ? ROWS.filter(({ id }) => only.includes(id)) : ROWS, opened.world, { signal, sleep, clean }),
    async close() {
      opened.destroy();
      await lab?.close();
    },
  };
}

/** `why`: no stack is chosen, and how one is. */
function chosen(stack: string | undefined): World["stack"] {
  if (stack !== undefined) return { name: stack };
  try {
    return { name: onlyStack() };
  } catch (thrown) {
    if (!(thrown instanceof RepaveError)) throw thrown;
    return { why: `no stack is chosen: ${thrown.detail} (--stack)` };
  }
}

function worldOf(stack: World["stack"], notify: boolean): { readonly world: World; destroy(): void } {
  const { env } = process;
  const name = "name" in stack ? stack.name : undefined;
  const closing: (() => void)[] = [];
  const file = once(() => {
    if (name === undefined) throw new RepaveError("STACK_UNKNOWN", "no stack is chosen");
    refuseLabVariables(plainStackName(name), labDir());
    return readStack(name);
  });
  const place = once(() => awsPlaceOf(name === undefined ? {} : file().raw));
  const clients = once(() => {
    const made = awsClients({ ...place(), patience: OF_A_QUESTION });
    closing.push(() => made.destroy());
    return made;
  });
  const cloud = once((): CloudSight => {
    const simulation = iamSimulation({ ...place(), patience: OF_A_QUESTION });
    closing.push(() => simulation.destroy());
    return awsSight({ ...place(), patience: OF_A_QUESTION, clients: clients(), simulation });
  });
  const world: World = {
    machine: programsHere(),
    engine: engineSight({ env, stack: name === undefined ? undefined : { name, file: () => file().file } }),
    service: serviceSight(() => file().config.caFile),
    ssh: sshSight(() => sshOptions({ stackName: name ?? "", config: file().config, clients: clients(), clock: REAL })),
    now: () => Date.now(),
    runTime: () => systemClock().now(),
    stack,
    facts: once(() => factsOf(plainStackName(name ?? ""), file())),
    cloud,
    store: () => storeOf(name ?? "", file().config, clients()),
    receivers() {
      const { channels, problems } = stackChannels(file().config, { aws: place(), env });
      closing.push(() => {
        for (const channel of channels) channel.close?.();
      });
      const test = testNotice(plainStackName(name ?? ""), systemClock().now());
      const send = (signal: AbortSignal) => (channel: (typeof channels)[number]) =>
        channel.send({ id: randomUUID(), notice: test }, signal);
      return {
        receivers: channels.map((channel) => ({ name: channel.name, test: (signal) => send(signal)(channel) })),
        problems,
      };
    },
    get credentials() {
      const profile = profileIn(file) ?? env["AWS_PROFILE"];
      const fromEnvironment = profile === undefined && Boolean(env["AWS_ACCESS_KEY_ID"]);
      return { fromEnvironment, login: () => (fromEnvironment ? Promise.resolve(NEW_KEYS) : loginCommand(profile)) };
    },
    notify,
  };
  return {
    world,
    destroy() {
      for (const close of closing) close();
    },
  };
}

const NEW_KEYS = "set new AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN";

/** The stack's profile; undefined where it has none, or cannot be read. */
function profileIn(file: () => StackFile): string | undefined {
  try {
    return file().raw["aws:profile"];
  } catch {
    return undefined;
  }
}

function factsOf(name: string, { file, raw, config }: StackFile): StackFacts {
  const where = runsDirOf(name, config);
  const scope = (accountId?: string): ReturnType<typeof scopeOf> =>
    scopeOf(name, config, parseRunStore(where), { region: raw["aws:region"], accountId });
  const role = config.instanceProfile === undefined ? resourceName(name, "node") : config.instanceRoleArn;
  return {
    name,
    file: labOf(name) ? file : basename(file),
    hostname: config.hostname,
    healthUrl: `https://${config.hostname}${config.healthPath ?? nodeKind(config).healthPath.path}`,
    groupName: resourceName(name),
    places: (["targetGroupArn", "certificateArn"] as const).flatMap((key) => {
      const [, , , region = "", account = ""] = config[key]?.split(":") ?? [];
      return region === "" ? [] : [{ key: `tfe:${key}`, region, account }];
    }),
    transport: config.transport,
    nodeRole: role?.split("/").at(-1),
    calendar: () => parseCalendar(config.windows, config.freeze),
    wanted: (account) => examplesOf(operatorPolicy(scope(account)), account),
  };
}

/** How long OpenSSH waits for a host: less than a row does. */
const CONNECT_SECONDS = 6;

function sshSight(options: () => ReturnType<typeof sshOptions>): SshSight {
  return {
    async reach(node, signal) {
      const shell = sshShell({ clock: REAL, connectSeconds: CONNECT_SECONDS, ...options() });
      await shell.run(node, ["true"], { timeoutMs: ROW_MS - 1_000, signal });
    },
    byHand: (node) => bySsh(options())(node, "true"),
  };
}

function storeOf(stack: string, config: StackConfig, clients: AwsClients): StoreSight {
  const where = runsDirOf(stack, config);
  const name = plainStackName(stack);
  const runs = parseRunStore(where);
  const { store } = runStoresAt(where, name, clients);
  return runs.kind === "folder"
    ? { where: join(runs.dir, name), store, tryLock: () => tryFolderLock(join(runs.dir, name)) }
    : {
        where: `${where.replace(/\/$/, "")}/${name}`,
        store,
        tryLock: () => tryBucketLock({ client: clients.s3, bucket: runs.bucket, prefix: runsPath(runs.prefix, name) }),
      };
}
