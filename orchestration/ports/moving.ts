import type { Move, Side } from "../domain/move/move";
import type { Source } from "./account/bootProbe";
import type { NodeAddress } from "./nodeShell";

/** What a fleet would be moved to, as read from one of its nodes. No value in it is a secret. */
export interface Survey {
  readonly to: Side;
  /** See `Move.secrets`. */
  readonly secrets: Move["secrets"];
  /** Why the settings of the node cannot be carried over as they are, each with what to do about it. */
  readonly problems: readonly string[];
  /** What changes all the same, or has to be known, each in a sentence. */
  readonly notes: readonly string[];
}

/** What a node said of that which the new side boots from. Undefined: nothing is wrong. */
export interface Inspection {
  /** Of the secret settings: by their old names. */
  readonly secrets: string | undefined;
  readonly licence: string | undefined;
  /** Of the certificate and the authorities that it needs. */
  readonly authorities: string | undefined;
  /** What the application itself would be configured with otherwise, by name. Undefined: its release does not say. */
  readonly comparison: { readonly differences: readonly string[] } | undefined;
}

/** What a node boots from. */
export interface BootsFrom {
  /** Secrets that it reads at boot. */
  readonly secretArns: readonly string[];
  /** The secret with the application's settings, and the names of settings that a node is given besides; undefined: not known. */
  readonly settings?: { readonly secretArn: string; readonly given: readonly string[] } | undefined;
  /** What it downloads: the installer, or the airgap package and the installer. */
  readonly sources: readonly Source[];
  /** Keys of digests that the stack should name and does not. */
  readonly missingDigests: readonly string[];
}

/** What only both dialects and the stack's file together know of a move. Throws as `NodeShell` does where a node is asked. */
export interface Moving {
  /** What the stack's file says of its nodes now. */
  present(): Promise<Side>;
  /** Maps the settings of a running node. Changes nothing, and reads no secret. `keys`: of the new side, as the operator names them. */
  survey(node: NodeAddress, from: Side, keys: Side["keys"]): Promise<Survey>;
  /** Has a running node look at its secret settings and at what the new side boots from, with its own role. Changes nothing. */
  inspect(node: NodeAddress, move: Move): Promise<Inspection>;
  /**
   * Has the node write its secret settings into a secret of the stack's own, which is made where there is none, and resolves to its ARN. The
   * values go from the node to Secrets Manager, and nowhere else. Repeating it does no harm. Throws `MOVE_SECRET_REFUSED` with the commands
   * that permit it.
   */
  handOver(node: NodeAddress, move: Move): Promise<string>;
  /** What a node of this side boots from. */
  bootsFrom(side: Side): BootsFrom;
  /** Why this side cannot be put into the stack's file: everything that is wrong with it. Undefined: it can. */
  flaw(side: Side): string | undefined;
}
