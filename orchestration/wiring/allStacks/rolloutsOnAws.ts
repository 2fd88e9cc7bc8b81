import { hasJob } from "../../../infra/config/schedule";
import { jobProject } from "../../../infra/permissions/job";
import { rolloutMachineArn } from "../../../infra/permissions/rollout";
import { scopeOf } from "../../../infra/permissions/scope";
import { parseRunStore } from "../../../infra/runs/runStore";
import { stepFunctions } from "../../adapters/aws/rollouts/stepFunctions";
import { awsPlaceOf } from "../../adapters/pulumi/stackPlace";
import { RepaveError } from "../../domain/errors";
import { type RolloutPlan, stacksOf } from "../../domain/rollout/model";
import type { RolloutEngine } from "../../ports/account/rolloutEngine";
import { isLab, knownStacks, plainStackName, readStack, runsDirOf, type StackFile } from "../stacks";
import { readRollout } from "./rollouts";

export interface RolloutOnAws {
  readonly plan: RolloutPlan;
  readonly engine: RolloutEngine;
  readonly projectOf: (stack: string) => string;
  close(): void;
}

/**
 * Opens a rollout by its file on the state machine of the project. Starts nothing, asks AWS nothing. Throws `ROLLOUT_INVALID`, and
 * `ROLLOUT_NOT_BUILT` with everything that the stack files lack for it.
 */
export async function openRolloutOnAws(file: string): Promise<RolloutOnAws> {
  const plan = await readRollout(file);
  const hosts = new Map([...knownStacks()].map((stack) => [stack, readStack(stack)]));
  const [host, ...others] = [...hosts].filter(([, { config }]) => config.rolloutStacks.length > 0);
  if (!host || others.length > 0) {
    const names = [host, ...others].flatMap((each) => (each ? [each[0]] : []));
    const detail =
      names.length === 0
        ? "no stack of the project sets tfe:rolloutStacks"
        : `${names.join(" and ")} set tfe:rolloutStacks: only one may`;
    throw new RepaveError("ROLLOUT_NOT_BUILT", detail);
  }
  const [name, found] = host;
  const lacking = stacksOf(plan)
    .map(plainStackName)
    .flatMap((stack) => lacks(stack, name, found, hosts.get(stack)));
  if (lacking.length > 0) throw new RepaveError("ROLLOUT_NOT_BUILT", lacking.join("; "));
  const { raw, config } = found;
  const runs = parseRunStore(runsDirOf(name, config));
  const place = awsPlaceOf(raw);
  const machineArn = rolloutMachineArn(scopeOf(name, config, runs, { region: place.region }));
  const engine = stepFunctions({ ...place, machineArn });
  return { plan, engine, projectOf: (stack) => jobProject(plainStackName(stack)), close: () => engine.close() };
}

/** What a stack lacks for a rollout on AWS, by its file. */
function lacks(
  stack: string,
  host: string,
  { raw, config }: StackFile,
  file: StackFile | undefined,
): readonly string[] {
  if (isLab(stack)) return [`${stack} is a lab, which has no job in AWS`];
  const [region, other] = [raw["aws:region"], file?.raw["aws:region"]];
  return [
    ...(config.rolloutStacks.includes(stack) ? [] : [`tfe:rolloutStacks of ${host} does not name ${stack}`]),
    ...(file && hasJob(file.config) ? [] : [`${stack} has no job: set tfe:rolloutJob or tfe:scheduleCalendar`]),
    ...(other === region ? [] : [`${stack} is in ${other ?? "no region"}, ${host} in ${region ?? "none"}`]),
  ];
}
