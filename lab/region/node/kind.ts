import type { Instance, RegionState } from "../model";

/** Why the first boot of a node stopped. */
export class InstallError extends Error {
  override readonly name = "InstallError";
}

/** A request to a node, as far as the application looks at it. */
export interface Question {
  /** With its query. */
  readonly path: string;
  /** `Host` header; absent: the address that was asked. */
  readonly host?: string | undefined;
  readonly accept?: string | undefined;
}

export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What differs in the life of a node by what its user data makes of it. */
export interface NodeKind {
  /** Reads the user data into the node, as the boot begins. Throws InstallError where no application would come of it. */
  install(state: RegionState, instance: Instance): void;
  /** What stops the boot at its end, before the application's first start; undefined: nothing. */
  bootFailure(state: RegionState, instance: Instance): string | undefined;
  /**
   * Part of the installation that a node which only prepares has left for when it is told: 0 where nothing is left but the start of the
   * application.
   */
  readonly afterWord: number;
  /** The application is about to start, whether or not it will get far. */
  begin(state: RegionState, instance: Instance): void;
  /** Why the application refuses to start now; undefined: nothing keeps it. */
  refusal(state: RegionState, instance: Instance): string | undefined;
  /** What it does after a refusal. */
  refuse(state: RegionState, instance: Instance, why: string): void;
  /** A start that was refused, or broken off, comes to its end. */
  breakDown(state: RegionState, instance: Instance): void;
  /** The application is fully started. */
  started(state: RegionState, instance: Instance): void;
  /** The application was stopped by a command, and is gone. */
  stopped(instance: Instance): void;
  /** What it answers; undefined: nothing listens. */
  answer(state: RegionState, instance: Instance, question: Question): Reply | undefined;
  /** Name of the setting for how many jobs a node takes at once. */
  readonly concurrencySetting: string;
}
