import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { demand } from "./case";
import type { CaseLab } from "./lab";
import { newNodes } from "./moments";
import { losses } from "./shortcomings";

/** Processes that stay suspended until the run has ended. */
const FENCE = [
  "HealthCheck",
  "ReplaceUnhealthy",
  "AZRebalance",
  "AlarmNotification",
  "ScheduledActions",
  "InstanceRefresh",
];

/** A run that halted after its first drain: fence up, the new nodes untouched, what they showed saved, nothing lost. */
export async function demandHeld(estate: CaseLab, { evidence }: { readonly evidence: boolean }): Promise<void> {
  const { groups } = estate.state;
  const wrong = [...losses(estate)];
  const suspended = groups[0]?.suspended.map(({ process }) => process) ?? [];
  const open = FENCE.filter((process) => !suspended.includes(process));
  if (open.length > 0) wrong.push(`held without a fence: ${open.join(", ")} are not suspended`);
  const nodes = newNodes(estate.state);
  for (const { id, state } of nodes) if (state !== "running") wrong.push(`${id} was to be held and is ${state}`);
  if (evidence) {
    const runs = join(estate.dir, "runs", "lab");
    const [run] = (await readdir(runs)).filter((name) => name.startsWith("run-"));
    const kept = await readdir(join(runs, run ?? ""));
    for (const { id } of nodes)
      if (!kept.some((name) => name.startsWith(`evidence-${id}-`))) wrong.push(`no evidence of ${id} was saved`);
  }
  demand(wrong);
}
