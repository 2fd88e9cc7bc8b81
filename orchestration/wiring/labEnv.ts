import { lastLab } from "../../lab/session";
import { RepaveError } from "../domain/errors";
import { labOf } from "./stacks";

/** The environment that a stack is read in: this process's, or that of its lab, which need not run. Throws `STACK_NOT_BUILT`. */
export async function labEnvOf(name: string): Promise<NodeJS.ProcessEnv> {
  const place = labOf(name);
  if (!place) return process.env;
  const lab = await lastLab(place.dir);
  if (lab) return { ...process.env, ...lab.env };
  throw new RepaveError(
    "STACK_NOT_BUILT",
    `${name}: build it with \`npm run upgrade -- --release 642 --stack ${name}\``,
  );
}
