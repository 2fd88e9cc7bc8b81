/** What the stack program, the permissions and the orchestrator ask of a kind of node: one implementation for each way of packaging. */
import type { StackOutputs } from "../contract";
import type { Source } from "./boot";

/** A repository of images in ECR that the role of a node reads. */
export interface RoleRepository {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/** Services that a node works on. */
export interface ServiceFacts<T> {
  /** Without a port. */
  readonly hostname: string;
  readonly region: string;
  readonly encryptionPassword: T;
  /** `endpoint` with its port. */
  readonly database: { readonly endpoint: T; readonly name: string; readonly user: string; readonly password: T };
  /** `endpoint` is host and port. */
  readonly cache: { readonly host: T; readonly port: number; readonly endpoint: T; readonly token: T };
  readonly bucket: T;
  readonly kmsKeyArn?: string | undefined;
}

/** The nodes that a configuration describes. */
export interface NodeKind {
  /** What builds and instances carry as their release. Undefined: the stack does not say. */
  readonly release: string | undefined;
  /** The same in words, for people. */
  readonly releaseInWords: string;
  /** The stack's outputs that are of this kind alone. */
  readonly outputs: Pick<StackOutputs, "releaseSequence" | "imageTag" | "imageDigest" | "containerRuntime">;
  /** Key of the stack's file with the settings of the application, and what it says. */
  readonly settingsKey: "appConfig" | "environment";
  readonly settings: Readonly<Record<string, string>>;
  /** Path on which a node of the configured release answers 200 while it serves. `varies`: other releases have another one. */
  readonly healthPath: { readonly path: string; readonly varies: boolean };
  /** Secrets that a node reads at boot besides those of every node. */
  readonly secretArns: readonly string[];
  /** Files that it downloads and runs or unpacks as root, and keys with their digests that should be set and are not. */
  readonly sources: readonly Source[];
  readonly missingDigests: readonly string[];
  readonly repository: RoleRepository | undefined;
  /** As a launch template carries it. Throws where it would be longer than EC2 takes. */
  userData(settingsSecretArn: string): string;
  /** The settings that lead a node to services that the stack has built. */
  serviceSettings<T>(facts: ServiceFacts<T>): Readonly<Record<string, T | string>>;
}
