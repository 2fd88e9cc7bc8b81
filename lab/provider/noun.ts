import type { RegionApi } from "../region/api";
import type { Props, Value } from "./value";

/** How one input property behaves. */
export interface Field {
  readonly required?: true;
  /** A change makes a new resource. */
  readonly replaces?: true;
  /** Where the program says nothing, what the world has is right. */
  readonly computed?: true;
  /** What the check puts in where the program says nothing. */
  readonly fallback?: Value;
  /** Order means nothing. */
  readonly set?: true;
  /** JSON text: equal when it says the same. */
  readonly json?: true;
  /** Keys of the object that the world fills in where the program leaves them out. */
  readonly completes?: readonly string[];
}

export type Fields = Readonly<Record<string, Field>>;

/** What every operation is given. */
export interface Context {
  readonly region: RegionApi;
  readonly urn: string;
  /** Aborted by the engine's cancel, by its going away, and by the server's end. */
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  /** The program's own bound (`customTimeouts`) in milliseconds of the lab's clock. */
  readonly timeoutMs: number | undefined;
  /**
   * Waits until `pending` has no more reason to wait. Throws, with the last reason, when `timeoutMs` of the lab's clock are over.
   */
  until(pending: () => string | undefined, timeoutMs: number): Promise<void>;
}

export interface Made {
  readonly id: string;
  /** Outputs that nobody can be asked for afterwards. */
  readonly outputs?: Props;
}

export interface Change {
  readonly olds: Props;
  readonly news: Props;
  /** Top-level inputs that differ. */
  readonly changed: ReadonlySet<string>;
}

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** A resource type of a provider. */
export interface Noun {
  readonly fields: Fields;
  /** Outputs that are no inputs: unknown until it is made. */
  readonly outputs: readonly string[];
  /** Where the program gives no name, the provider makes one of at most `max` characters. */
  readonly autoName?: { readonly max: number; taken(name: string, context: Context): boolean };
  /** Outputs that are secret when any input is. */
  readonly tainted?: readonly string[];
  check?(inputs: Props): readonly CheckFailure[];
  create(inputs: Props, context: Context): Made | Promise<Made>;
  /** Second part of creating, when the thing is there already: if it fails, the engine keeps the resource and says so. */
  settle?(id: string, inputs: Props, context: Context): Promise<void>;
  /** Outputs that an update with these changes may move: unknown in its preview. */
  moves?(changed: ReadonlySet<string>, news: Props): readonly string[];
  /** Carries out a change of inputs that do not replace it. */
  update(id: string, change: Change, context: Context): Props | undefined | Promise<Props | undefined>;
  /**
   * The world's words for inputs and outputs alike; what it has no word for stays as `known` has it. Undefined: it is gone.
   * Where it is missing nobody can be asked: what was recorded is all there is.
   */
  observe?(id: string, known: Props, context: Context): Props | undefined;
  delete(id: string, olds: Props, context: Context): void | Promise<void>;
}

export type Invoke = (args: Props, region: RegionApi) => Props;

/** A provider package. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** By type token. */
  readonly nouns: Readonly<Record<string, Noun>>;
  /** By function token. */
  readonly invokes: Readonly<Record<string, Invoke>>;
}
