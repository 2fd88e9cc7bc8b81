import type { Notice } from "../../domain/notice";

/** A notice as it is sent; a repeated delivery has the same id. */
export interface Delivery {
  readonly id: string;
  readonly notice: Notice;
}

/** One channel for notices. */
export interface Channel {
  readonly name: string;
  /** Once; throws `Undeliverable`, or whatever stopped it. The signal ends it when it takes too long. */
  send(delivery: Delivery, signal: AbortSignal): Promise<void>;
  /** Closes its connections. */
  close?(): void;
}

/** Why a notice was not taken, in words without the address, which may be a secret. */
export class Undeliverable extends Error {
  override readonly name = "Undeliverable";
  constructor(
    message: string,
    /** The same would be answered again. */
    readonly isFinal: boolean,
  ) {
    super(message);
  }
}
