import { asRepaveError, RepaveError } from "../domain/errors";
import type { Calendar } from "../domain/window/calendar";
import type {
  CloudSight,
  EngineSight,
  Identity,
  MachineSight,
  Receiver,
  ServiceSight,
  StoreSight,
  Wanted,
} from "../ports/diagnosis";
import type { NodeAddress } from "../ports/nodeShell";
import { asUnseen, engineMissingAsUnseen, NotSeen } from "./finding";
import { once } from "./once";

/** What a stack's file says, as far as a row needs it. */
export interface StackFacts {
  /** Name within the project. */
  readonly name: string;
  readonly file: string;
  readonly hostname: string;
  readonly healthUrl: string;
  readonly groupName: string;
  /** Keys of the file that name something in a region and an account, with both. */
  readonly places: readonly { readonly key: string; readonly region: string; readonly account: string }[];
  readonly transport: "ssm" | "ssh";
  /** Role of the nodes; undefined: the stack is given a profile and does not name its role. */
  readonly nodeRole: string | undefined;
  /** Throws `STACK_CONFIG_INVALID`. */
  calendar(): Calendar;
  /** What the operator's policy allows, for the account of the credentials. */
  wanted(account: string): readonly Wanted[];
}

/** How a node is reached over SSH. */
export interface SshSight {
  /** Runs a command that does nothing. Throws `NODE_UNREACHABLE`, `NODE_COMMAND_TIMEOUT`. */
  reach(node: NodeAddress, signal: AbortSignal): Promise<void>;
  /** The same as a command for a person. */
  byHand(node: NodeAddress): string;
}

/** Everything that the rows look at. What is read of the stack is a function: it throws what is wrong with it. */
export interface World {
  readonly machine: MachineSight;
  readonly engine: EngineSight;
  readonly service: ServiceSight;
  readonly ssh: SshSight;
  /** Milliseconds since the epoch, on this machine's clock. */
  now(): number;
  /** Milliseconds since the epoch, on the clock of the stack's runs. */
  runTime(): number;
  /** Undefined: no stack is chosen; `why` says how one is. */
  readonly stack: { readonly name: string } | { readonly why: string };
  /** Throws `STACK_UNKNOWN`, `STACK_CONFIG_INVALID` and the like. */
  facts(): StackFacts;
  /** Throws `REGION_UNKNOWN`, and what is wrong with the stack file. */
  cloud(): CloudSight;
  store(): StoreSight;
  receivers(): { readonly receivers: readonly Receiver[]; readonly problems: readonly string[] };
  readonly credentials: {
    /** The command or edit with which the operator gets new ones. */
    login(): Promise<string>;
    /** Whether they are keys in variables, which nobody renews. */
    readonly fromEnvironment: boolean;
  };
  /** Whether tests are to be sent to the receivers of notices. */
  readonly notify: boolean;
}

/** The same, with what several rows need asked once. */
export interface Seeing extends World {
  readonly signal: AbortSignal;
  /** The stack's facts. Throws `NotSeen`: the row of the stack says why. */
  known(): StackFacts;
  /** Throws `NotSeen`: the row of the region says why. */
  aws(): Promise<CloudSight>;
  /** Throws as `CloudSight` does. */
  identity(): Promise<Identity>;
  /** The same for every other row. Throws `NotSeen`: the row of the identity says why. */
  who(): Promise<Identity>;
  /** Resolves if the engine is logged in to its backend. Throws `NotSeen`: the row of the login says why. */
  loggedIn(): Promise<void>;
  /** Members of the stack's group. Throws `NotSeen`: there is no such group, or it could not be read. */
  members(): Promise<readonly NodeAddress[]>;
  /** Why the stack is known not to be built. Undefined: it is built, or nobody can tell. */
  notBuilt(): Promise<string | undefined>;
}

export interface Looking {
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal;
  /** Resolves when a row gives up on what another row reports, in time to say so itself. */
  readonly soon: Promise<void>;
}

/** Asks what several rows need once, and keeps what came of it. */
export function seeing(world: World, { signal, soon }: Looking): Seeing {
  const inTime = <T>(asked: Promise<T>, why: string): Promise<T> =>
    Promise.race([
      asked,
      soon.then(() => {
        throw new NotSeen(why);
      }),
    ]);
  const known = (): StackFacts => {
    if ("why" in world.stack) throw new NotSeen("no stack is chosen");
    return or("the stack cannot be read", () => world.facts());
  };
  const aws = once(async () => {
    // A file that cannot be read may name another account than the environment does.
    if ("name" in world.stack) known();
    const cloud = or("the region is not known", () => world.cloud());
    if ((await cloud.region()) === undefined) throw new NotSeen("no region is set");
    return cloud;
  });
  const identity = once(async () => (await aws()).identity(signal));
  const who = (): Promise<Identity> => {
    const known = identity().catch(asUnseen("there is no AWS identity"));
    return inTime(known, "AWS does not say who asks");
  };
  const group = once(async (): Promise<Group> => {
    const { groupName } = known();
    await who();
    const cloud = await aws();
    const [nodes, region] = await Promise.all([
      cloud.nodes(groupName, signal).catch((thrown: unknown) => asRepaveError(thrown)),
      cloud.region().catch(() => undefined),
    ]);
    if (!(nodes instanceof RepaveError)) return { nodes };
    return nodes.code === "GROUP_NOT_FOUND"
      ? { missing: `there is no group ${groupName} in ${region ?? "the region"}: the stack is not built, or elsewhere` }
      : { unread: `the group ${groupName} could not be read: ${nodes.detail}` };
  });
  return {
    ...world,
    signal,
    known,
    aws,
    identity,
    who,
    async loggedIn() {
      const login = world.engine
        .login(signal)
        .catch(engineMissingAsUnseen)
        .catch(asUnseen("the Pulumi backend cannot be asked"));
      await inTime(login, "the Pulumi backend does not answer");
    },
    async members() {
      known();
      await who();
      const found = await inTime(group(), "the group could not be read in time");
      if ("nodes" in found) return found.nodes;
      throw new NotSeen("missing" in found ? found.missing : found.unread);
    },
    async notBuilt() {
      const found = await inTime(group(), "").catch(() => undefined);
      return found && "missing" in found ? found.missing : undefined;
    },
  };
}

type Group = { readonly nodes: readonly NodeAddress[] } | { readonly missing: string } | { readonly unread: string };

function or<T>(why: string, read: () => T): T {
  try {
    return read();
  } catch {
    throw new NotSeen(why);
  }
}
