import { releaseLabel } from "../../domain/release";
import { packagingBefore } from "../../domain/plan";
import { factsIn } from "../../fleet/healthPaths";
import { askRelease } from "../../fleet/fetching";
import { duration } from "../../domain/text/words";
import { check, INAPPLICABLE, type Check } from "./check";

/** The application's own part: each release can be had, agrees to the upgrade, and lets its nodes be drained. */
export const RELEASE_CHECKS: readonly Check[] = [
  check(
    "release-fetch",
    "a running node can fetch every release on the path",
    "Fix what the node says: licence, registry, name of the release, disk or network. A new node fetches the same during the outage. If a release stands for something else than before: `abort` the unfinished run, then start a new one.",
    async (ctx) => {
      const { hops, node } = await ctx.fetched();
      if (node === undefined) return INAPPLICABLE;
      const each = hops.map(
        ({ release, digest, seconds }) => `${releaseLabel(release)} in ${duration(seconds)} (${digest.slice(0, 19)})`,
      );
      return { held: `${node.instanceId} fetched ${each.join(", ")}` };
    },
  ),
  check(
    "release-check",
    "the new release's own check passes",
    "Fix what the check names. The release would refuse to start for the same reason.",
    async (ctx) => {
      const { plan } = ctx;
      const [first] = plan.hops;
      // It asks whether one release can follow another.
      if (!first || first.release === plan.from.release) return INAPPLICABLE;
      const label = releaseLabel(first.release);
      const ahead = await ctx.fetched().catch(() => undefined);
      if (ahead === undefined) return { skipped: `not checked: ${label} could not be fetched (\`release-fetch\`)` };
      const judged = ahead.node && (await askRelease(ctx, ahead.node, first.release));
      if (judged === undefined) return INAPPLICABLE;
      const { refusal, warnings } = judged;
      if (refusal !== undefined) return refusal;
      const warned = warnings.length === 0 ? "" : `, with warnings: ${warnings.join("; ")}`;
      return { held: `the check of ${label} passes${warned}` };
    },
  ),
  check(
    "drain-hazards",
    "no release on the path is known to drain badly",
    "Wait until each node is idle by itself. A node counts as drained only when its jobs are seen to be over.",
    ({ ports, plan }) => {
      const drained = [plan.from, ...plan.hops.slice(0, -1)];
      const facts = factsIn(ports.tfe, packagingBefore(plan));
      const known = drained.flatMap(({ release }) =>
        facts.drainHazards(release).map((hazard) => `drain of ${releaseLabel(release)}: ${hazard}`),
      );
      return known.length === 0 ? undefined : { held: known.join("; ") };
    },
  ),
];
