import type * as pulumi from "@pulumi/pulumi";
import type { StackOutputs } from "./contract";

/** The stack's outputs as the engine comes to know them. */
export type ProgramOutputs = { readonly [K in keyof StackOutputs]: pulumi.Output<StackOutputs[K]> };
