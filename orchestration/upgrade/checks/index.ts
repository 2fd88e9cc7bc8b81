import { asRepaveError } from "../../domain/errors";
import type { CheckMade } from "../../domain/events";
import type { GroupRules } from "../../domain/fleet";
import { moveCaution } from "../../domain/move/legal";
import { target } from "../../domain/plan";
import { type FetchedAhead, fetchAhead } from "../../fleet/fetching";
import { hopRecord } from "../../domain/journal";
import { hopBuild } from "../../fleet/instances";
import type { FleetSeen } from "../../fleet/observe";
import { APP_CONFIG_CHECKS } from "./appConfig";
import type { Check, CheckContext, Looking } from "./check";
import { DATA_CHECKS } from "./data";
import { ENTRYPOINT_CHECKS } from "./entrypoint";
import { FORMER_CHECKS, readFormer } from "./former";
import { GROUP_CHECKS } from "./group";
import { LAUNCH_CHECKS } from "./launch";
import { inspectNode, MOVE_CHECKS } from "./move";
import { NODE_CHECKS } from "./nodes";
import { PROOF_CHECKS } from "./proof";
import { RELEASE_CHECKS } from "./release";
import { RUN_STORE_CHECKS } from "./runStore";
import { SCALING_CHECKS } from "./scaling";
import { STACK_CHECKS } from "./stack";
import { WINDOW_CHECKS } from "./window";

export type { Check, CheckContext } from "./check";

/** Every reason not to start, in the order in which they are reported. The table in docs/upgrade.md is this list. */
export const CHECKS: readonly Check[] = [
  ...STACK_CHECKS,
  ...RUN_STORE_CHECKS,
  ...GROUP_CHECKS,
  ...SCALING_CHECKS,
  ...NODE_CHECKS,
  ...RELEASE_CHECKS,
  ...MOVE_CHECKS,
  ...APP_CONFIG_CHECKS,
  ...LAUNCH_CHECKS,
  ...ENTRYPOINT_CHECKS,
  ...DATA_CHECKS,
  ...PROOF_CHECKS,
  ...WINDOW_CHECKS,
  ...FORMER_CHECKS,
];

/** The checks whose failure the operator may accept. */
export const ACCEPTABLE: readonly string[] = CHECKS.filter((check) => check.acceptable).map(({ id }) => id);

/** Makes every check, reports each result, and returns them. A check that cannot be made has failed. */
export async function runChecks(ctx: CheckContext, seen: FleetSeen): Promise<readonly CheckMade[]> {
  let rules: Promise<GroupRules> | undefined;
  let fetched: Promise<FetchedAhead> | undefined;
  let inspected: ReturnType<Looking["inspected"]> | undefined;
  let formerFacts: ReturnType<Looking["formerFacts"]> | undefined;
  let preview: ReturnType<Looking["preview"]> | undefined;
  const [first] = ctx.plan.hops;
  const looking: Looking = {
    ...ctx,
    rules: () => (rules ??= ctx.ports.fleet.rules()),
    inspected: () => (inspected ??= inspectNode(ctx, seen)),
    formerFacts: () => (formerFacts ??= readFormer(ctx)),
    fetched: () => (fetched ??= fetchAhead(ctx, seen)),
    preview: () =>
      (preview ??= ctx.ports.stack.preview(first ? hopBuild(ctx.plan, first, hopRecord(ctx.run.state, 0)) : {})),
  };
  const results = await Promise.all(
    CHECKS.map(async (check) => {
      const finding = await check
        .look(looking, seen)
        .catch((error: unknown) => `could not be checked: ${asRepaveError(error).detail}`);
      return typeof finding === "object" ? { check, ...finding } : { check, failure: finding };
    }),
  );
  const checks: CheckMade[] = [];
  for (const result of results) {
    const { check } = result;
    if ("inapplicable" in result) continue;
    const failure = "failure" in result ? result.failure : undefined;
    const remedy = remedyOf(check, "remedy" in result ? result.remedy : check.remedy);
    const { id } = check;
    const accepted = check.acceptable ? ctx.overrides.find((override) => override.id === id) : undefined;
    const skipped = "skipped" in result;
    const passed = skipped ? result.skipped : "held" in result ? result.held : check.holds;
    const observed = failure === undefined ? passed : accepted ? `accepted: ${failure}` : failure;
    const ok = failure === undefined || accepted !== undefined;
    const made: CheckMade = { id, ok, observed, ...(skipped ? { skipped } : {}) };
    checks.push(made);
    ctx.run.tell({ event: "check.made", ...made, ...(ok ? {} : { remedy }) });
    const changes = "changes" in result ? { changes: result.changes } : {};
    if (failure !== undefined && accepted) await ctx.run.record({ event: "override.used", ...accepted, ...changes });
  }
  await ctx.run.record({ event: "checks.made", checks });
  return checks;
}

const remedyOf = ({ id, acceptable }: Check, remedy: string): string =>
  acceptable ? `${remedy} Or accept it: --accept ${id} --because "…".` : remedy;

/** What the operator should know but is no reason to stop. */
export function cautions({ plan }: Pick<CheckContext, "plan">): readonly string[] {
  const { release, image } = target(plan);
  const caution = plan.move && moveCaution(release);
  if (plan.move) return caution === undefined ? [] : [caution];
  const same =
    release === plan.from.release &&
    image === plan.from.image &&
    plan.because === undefined &&
    plan.adoption === undefined;
  return same ? ["release and image stay the same"] : [];
}
