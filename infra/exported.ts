/** What the `index.ts` of an operator's project imports from the package: `export = program`. */
import { projectAbove } from "./project";
import { type ProgramOutputs, tfeProgram } from "./program";

/** The stack program, for the project that the Pulumi CLI works in. What it resolves to becomes the stack's outputs. */
export const program = (): Promise<ProgramOutputs> =>
  tfeProgram({ projectRoot: projectAbove(process.cwd()) ?? process.cwd() });
