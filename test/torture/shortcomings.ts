import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { readStackFile } from "../../infra/config/index";
import type { RegionState } from "../../lab/region/model";
import { releasePlace } from "../../lab/region/releases";
import { checkpoint, engineLocks, type CaseLab } from "./lab";

const NODES = 2;

/** What the witness counted, and what is left behind: the figures of the summary. */
export interface Tally {
  readonly overlapSeconds: number;
  readonly lostJobs: number;
  readonly killedWhileBooting: number;
  readonly fenceLeft: number;
  readonly leaseLeft: number;
}

/** Losses are counted less those that the case allows: what the world or the operator did by itself. */
export function tally(estate: CaseLab): Tally {
  const { allowed } = estate;
  const { verdict, groups } = estate.state;
  return {
    overlapSeconds: verdict.overlapSeconds,
    lostJobs: Math.max(0, verdict.lostJobs - allowed.lostJobs),
    killedWhileBooting: Math.max(0, verdict.killedWhileBooting - allowed.killedWhileBooting),
    fenceLeft: (groups[0]?.suspended.length ?? 0) > 0 ? 1 : 0,
    leaseLeft: existsSync(leaseFile(estate)) ? 1 : 0,
  };
}

const leaseFile = ({ dir }: CaseLab): string => join(dir, "runs", "lab", "lease.json");

/** Everything in which the world differs from a fleet that was repaved: from the lab's region, its witness and the files alone. */
export async function shortcomings(estate: CaseLab, release: string): Promise<readonly string[]> {
  const place = releasePlace(release) ?? Number(release);
  return [...losses(estate), ...fleetFaults(estate.state, place), ...(await stackFaults(estate, release))];
}

/** What may not be at any time, the end of a case that is held included. */
export function losses(estate: CaseLab): readonly string[] {
  const { overlapSeconds, lostJobs, killedWhileBooting } = tally(estate);
  const wrong: string[] = [];
  if (overlapSeconds > 0) wrong.push(`two releases ran at once for ${overlapSeconds} s`);
  if (lostJobs > 0) wrong.push(`${lostJobs} jobs were lost`);
  if ((estate.state.verdict.startedEarly ?? 0) > 0) wrong.push("a prepared node started before it was told");
  if (killedWhileBooting > 0) wrong.push(`${killedWhileBooting} nodes were ended while they booted`);
  return wrong.length > 0 ? [...wrong, ...estate.state.verdict.violations] : [];
}

/** Jobs lost before this time (ISO), when the product had asked for no termination yet: the world's own doing. */
export function lostBefore({ state }: CaseLab, time: string): number {
  const losses = state.verdict.violations.flatMap((violation) => {
    const [, at = "", jobs = "0"] = /^At (\S+) .* with (\d+) jobs? running/.exec(violation) ?? [];
    return at !== "" && at < time ? [Number(jobs)] : [];
  });
  return losses.reduce((sum, jobs) => sum + jobs, 0);
}

function fleetFaults(state: RegionState, release: number): readonly string[] {
  const wrong: string[] = [];
  const [group] = state.groups;
  const nodes = state.instances.filter((instance) => instance.state !== "terminated");
  if (nodes.length !== NODES) wrong.push(`${nodes.length} nodes instead of ${NODES}`);
  for (const { id, state: is, lifecycle, node, launchTemplateVersion } of nodes) {
    const seen = `${is}, ${lifecycle ?? "in no group"}, ${node.phase}, release ${node.release}`;
    if (seen !== `running, InService, started, release ${release}`) wrong.push(`${id} is ${seen}`);
    if (String(launchTemplateVersion) !== group?.launchTemplateVersion)
      wrong.push(
        `${id} is of template version ${launchTemplateVersion}, the group of ${group?.launchTemplateVersion ?? "none"}`,
      );
    const target = state.targetGroups.flatMap(({ targets }) => targets).find(({ instanceId }) => instanceId === id);
    if (target?.state !== "healthy") wrong.push(`the load balancer has ${id} as ${target?.state ?? "missing"}`);
  }
  const capacity = `${group?.min ?? "?"}/${group?.desired ?? "?"}/${group?.max ?? "?"}`;
  if (capacity !== `${NODES}/${NODES}/${NODES}`) wrong.push(`the capacity is ${capacity}`);
  const suspended = group?.suspended.map(({ process }) => process) ?? [];
  if (suspended.length > 0) wrong.push(`still suspended: ${suspended.join(", ")}`);
  return wrong;
}

const STATE = z.object({
  checkpoint: z.object({
    latest: z.object({
      resources: z.array(z.object({ type: z.string(), outputs: z.record(z.string(), z.unknown()).optional() })),
      pending_operations: z.array(z.unknown()).nullish(),
    }),
  }),
});

async function stackFaults(estate: CaseLab, release: string): Promise<readonly string[]> {
  const wrong: string[] = [];
  const [group] = estate.state.groups;
  const config = readStackFile(await readFile(join(estate.dir, "Pulumi.lab.yaml"), "utf8"));
  const configured = (key: string): string => config[`tfe:${key}`] ?? "nothing";
  const { key } = estate.course;
  if (configured(key) !== release) wrong.push(`the stack file says release ${configured(key)}`);
  if (configured("nodeCount") !== String(NODES)) wrong.push(`the stack file says ${configured("nodeCount")} nodes`);
  const pinned = config["tfe:activeTemplateVersion"];
  if (pinned !== undefined && pinned !== group?.launchTemplateVersion)
    wrong.push(
      `the stack file pins version ${configured("activeTemplateVersion")}, the group ${group?.launchTemplateVersion ?? "none"}`,
    );

  const { latest } = STATE.parse(JSON.parse(await checkpoint(estate))).checkpoint;
  const known = latest.resources.find(({ type }) => type === "aws:autoscaling/group:Group")?.outputs ?? {};
  for (const [name, is] of [
    ["minSize", group?.min],
    ["maxSize", group?.max],
  ] as const)
    if (known[name] !== is)
      wrong.push(`the stack's state says ${name} ${String(known[name])}, the group ${is ?? "none"}`);
  const pending = latest.pending_operations?.length ?? 0;
  if (pending > 0) wrong.push(`${pending} operations of the stack are pending`);
  const locks = await engineLocks(estate);
  if (locks.length > 0) wrong.push("the stack's state is still locked");
  if (existsSync(leaseFile(estate))) wrong.push("the lease was not given back");
  return wrong;
}
