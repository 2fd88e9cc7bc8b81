import { fileURLToPath } from "node:url";
import { RUNS_DIR_ENV } from "../../infra/contract";
import { CLOCK_ENV, isLabStack } from "../../infra/runs/clockScale";
import { RepaveError } from "../domain/errors";

/** Whether a variable's value leads to a lab; `labDir` is the folder of `lab`, with those of all others in it. */
const LEADS_TO_LAB: Readonly<Record<string, (value: string, labDir: string) => boolean>> = {
  // Only labs use these.
  [CLOCK_ENV]: () => true,
  PULUMI_DEBUG_PROVIDERS: () => true,
  AWS_ENDPOINT_URL: (value) =>
    URL.canParse(value) && /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(new URL(value).hostname),
  PULUMI_BACKEND_URL: (value, labDir) => value.startsWith("file:") && isBelow(fileURLToPath(value), labDir),
  [RUNS_DIR_ENV]: (value, labDir) => isBelow(value, labDir),
};

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/**
 * Refuses any other stack in a shell that has sourced a lab's `env.sh`: on a lab's clock, leases that are alive
 * seem to have expired. Throws `LAB_VARIABLES_SET`.
 */
export function refuseLabVariables(stack: string, labDir: string, env: NodeJS.ProcessEnv = process.env): void {
  if (isLabStack(stack)) return;
  const names = Object.entries(LEADS_TO_LAB).flatMap(([name, leads]) => {
    const value = env[name];
    return value !== undefined && value !== "" && leads(value, labDir) ? [name] : [];
  });
  if (names.length === 0) return;
  throw new RepaveError("LAB_VARIABLES_SET", `${names.join(", ")}: stack ${stack} is not a lab`);
}
