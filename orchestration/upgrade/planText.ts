import { stepLabel } from "../domain/text/labels";
import { outageWords, packagingAfter, packagingBefore, planTitle, target, type Plan } from "../domain/plan";
import { floorsOnPath, hazardsOf, type Release, releaseFacts, releaseLabel } from "../domain/release";
import type { StepId } from "../domain/steps";
import { duration } from "../domain/text/words";
import type { Tfe, TfeFacts } from "../ports/tfe";
import { factsIn } from "../fleet/healthPaths";
import { moveLines } from "./move/text";
import type { Policy } from "../run/policy";
import { titleOf } from "./step";
import { STEPS } from "./steps";

/** The plan as lines for a person: the path, what each step does to the service, and notes on its releases. */
export function describePlan(
  plan: Plan,
  tfe: Pick<Tfe, "packaging" | "facts" | "factsByPackaging">,
  policy: Policy,
  resumes?: string,
): readonly string[] {
  const facts = factsIn(tfe, packagingAfter(plan));
  const before = factsIn(tfe, packagingBefore(plan));
  const packaging = packagingAfter(plan) ?? tfe.packaging;
  const isPatch = target(plan).release === plan.from.release;
  const { image } = target(plan);
  const width = Math.max(...STEPS.map((step) => stepLabel(step.id).length));
  return [
    ...(resumes === undefined ? [] : [`Resumes ${resumes}. Finished steps are skipped.`]),
    planTitle(plan),
    ...(plan.because === undefined ? [] : [`Reason: ${plan.because}`]),
    ...(isPatch
      ? []
      : [image === plan.from.image ? `Image ${image} (unchanged)` : `Image ${plan.from.image} → ${image}`]),
    `${plan.hops.length} repave${plan.hops.length === 1 ? "" : "s"}, each with an outage of ${outageWords(plan)}; ${plan.nodeCount} nodes at the end.`,
    ...moveLines(plan),
    ...(plan.zeroMeans === undefined ? [] : [ZERO_MEANS_STOPPED]),
    "",
    ...STEPS.filter(({ id }) => isPlanned(id, plan, policy)).map((step) => {
      const times = step.scope === "hop" && plan.hops.length > 1 ? ` (${plan.hops.length} times)` : "";
      const outage = step.outage === "no" ? "" : ` — outage ${step.outage}`;
      return `  ${stepLabel(step.id).padEnd(width)}  ${titleOf(step, plan, policy)}${times}${outage}`;
    }),
    ...floorsOnPath(
      plan.from.release,
      plan.hops.map(({ release }) => release),
    ).map((floor) => `  needs ${floor}`),
    ...[plan.from, ...plan.hops.slice(0, -1)].flatMap(({ release }) =>
      before.drainHazards(release).map((hazard) => `  drain of ${releaseLabel(release)}: ${hazard}`),
    ),
    ...plan.hops.flatMap(({ release }) => silence(release, facts)),
    ...plan.hops.flatMap(({ release }) => [
      ...(isPatch ? [] : (releaseFacts(release)?.notes ?? [])).map(
        (note) => `  note on ${releaseLabel(release)}: ${note}`,
      ),
      ...hazardsOf(release, packaging).map(({ reason }) => `  hazard of ${releaseLabel(release)}: ${reason}`),
    ]),
  ];
}

const ZERO_MEANS_STOPPED =
  "Risk: zero means stopped. The new release starts when the old application is proven stopped on every node, while the old machines are still being terminated. Requests in progress are broken off.";

/** Every plan has the other steps. */
function isPlanned(step: StepId, { proof, prewarm = 0 }: Plan, { backup }: Policy): boolean {
  if (step === "smoke") return proof !== undefined;
  if (step === "backup") return backup.databaseId !== undefined;
  return step !== "prepare" || prewarm > 0;
}

function silence(release: Release, facts: TfeFacts): readonly string[] {
  const ms = facts.quietAfterZeroMs(release);
  if (ms === 0) return [];
  return [`  ${releaseLabel(release)} starts ${duration(ms / 1000)} after the last old node is terminated, or later`];
}
