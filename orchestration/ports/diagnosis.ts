import type { RunStore } from "./runStore";
import type { NodeAddress } from "./nodeShell";

/**
 * What `doctor` looks at. Nothing here changes what a run relies on, and every call may be repeated. A throw is a `RepaveError` whose
 * code says what is wrong. Calls that take a signal end when it aborts.
 */

/** A program of this machine, and the versions that this project runs with. */
export interface Program {
  readonly version: string;
  /** A range as npm writes it: `>=20.19`. */
  readonly needed: string;
  readonly fits: boolean;
}

export interface MachineSight {
  /** As `process.platform` has it. */
  readonly platform: string;
  node(): Program;
  /** Undefined: there is no npm on PATH. */
  npm(signal: AbortSignal): Promise<Program | undefined>;
}

/** A plugin of the Pulumi CLI, in the version that this project's packages ask for. */
export interface Plugin {
  readonly name: string;
  readonly version: string;
}

/** The Pulumi CLI as every command would find it, but never downloaded or built for the question. All throw `ENGINE_MISSING`. */
export interface EngineSight {
  /** `command`: how a person starts it. */
  find(): Promise<{ readonly version: string; readonly where: string; readonly command: string }>;
  /** `attached`: of these names the environment has the engine attach to a running provider, so no plugin is needed. */
  plugins(signal: AbortSignal): Promise<{
    readonly present: readonly Plugin[];
    readonly missing: readonly Plugin[];
    readonly attached: readonly string[];
  }>;
  /** Throws `NOT_LOGGED_IN`, `BACKEND_UNREACHABLE`. */
  login(signal: AbortSignal): Promise<{ readonly user: string; readonly url: string }>;
  /**
   * Has the engine encrypt a word in a copy of the stack file. Resolves to the name of the provider. Throws `STACK_NOT_BUILT` if the
   * backend does not know the stack, `PASSPHRASE_MISSING`, `PASSPHRASE_WRONG`.
   */
  encrypts(signal: AbortSignal): Promise<string>;
}

/** Who the credentials are. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
  /** Milliseconds since the epoch; undefined: they do not end, or do not say when. */
  readonly expiresAt: number | undefined;
  readonly temporary: boolean;
}

/** Something that a policy should allow: every one of these actions on every one of these resources, in this context. */
export interface Wanted {
  readonly actions: readonly string[];
  /** Empty: any resource. */
  readonly resources: readonly string[];
  readonly context: Readonly<Record<string, readonly string[]>>;
}

export interface Simulated {
  /** Actions that are denied on at least one of the resources. */
  readonly denied: readonly string[];
  /** Actions whose decision depends on what a simulation does not know (a source address, a second factor), with those keys. */
  readonly open: readonly { readonly action: string; readonly keys: readonly string[] }[];
}

/** An agent of Systems Manager, as AWS sees it. */
export interface Agent {
  /** `Online`, `ConnectionLost`, `Inactive`. */
  readonly ping: string;
  readonly version: string;
  readonly isLatest: boolean;
  /** Milliseconds since the epoch. */
  readonly heardAt: number | undefined;
}

/** AWS, as the stack's operator meets it. All throw as `callAws` does. */
export interface CloudSight {
  /** Region of the calls. Undefined: none is set anywhere. */
  region(): Promise<string | undefined>;
  identity(signal: AbortSignal): Promise<Identity>;
  /** How far this machine's clock is ahead of AWS's `Date` header, in milliseconds, to the second. Needs no credentials. */
  skewMs(signal: AbortSignal): Promise<number>;
  /** IAM's simulation of what a principal may do. Throws `AWS_REFUSED` where it may not be asked, or knows no such principal. */
  simulate(arn: string, wanted: readonly Wanted[], signal: AbortSignal): Promise<Simulated>;
  /** Members of the group. Throws `GROUP_NOT_FOUND`. */
  nodes(group: string, signal: AbortSignal): Promise<readonly NodeAddress[]>;
  /** Agents by instance; one that is missing is not registered. */
  agents(instanceIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Agent>>;
}

/** An answer of the service, or why there was none. */
export type ServiceAnswer =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly addresses: readonly string[];
      readonly ms: number;
      /** End of the certificate, milliseconds since the epoch; undefined: the connection has none. */
      readonly certificateEndsAt: number | undefined;
    }
  | { readonly kind: "no-address"; readonly detail: string }
  | { readonly kind: "no-connection"; readonly detail: string }
  /** `names`: those of the certificate. */
  | { readonly kind: "wrong-name"; readonly names: string }
  | { readonly kind: "expired"; readonly detail: string }
  | { readonly kind: "untrusted"; readonly detail: string };

export interface ServiceSight {
  /** Requests the address once, as a user would: by name, with a new connection. */
  ask(url: string, signal: AbortSignal): Promise<ServiceAnswer>;
}

/** A store of runs, tried without touching what is in it. */
export interface StoreSight {
  /** Where it is, for a person. */
  readonly where: string;
  /** The stack's own store, to be read. */
  readonly store: Pick<RunStore, "lease" | "list" | "makeSureOfRoom">;
  /**
   * Takes a lease of its own beside the stack's, has a second holder refused, and removes everything. Throws `JOURNAL_UNWRITABLE`
   * if the store does not refuse the second one.
   */
  tryLock(): Promise<void>;
}

/** A receiver of notices. */
export interface Receiver {
  readonly name: string;
  /** Sends a test, once. Rejects with an error whose message says why it was not taken. */
  test(signal: AbortSignal): Promise<void>;
}
