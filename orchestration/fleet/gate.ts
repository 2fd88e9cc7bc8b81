import { RepaveError } from "../domain/errors";
import { allHeld, attempt, conditions, TARGET_HEALTHY } from "../domain/health";
import { releaseLabel } from "../domain/release";
import type { Hop } from "../domain/plan";
import { plainOf } from "../domain/settings";
import { inHop, type NodeContext } from "../run/context";
import { describeInstance, isLeaving } from "./instances";
import { inARow } from "./health";
import { address, lookAt } from "./sight";
import { waitFor } from "../run/wait";

/**
 * Waits until the node has met every condition for this release N times in a row. One failure restarts the count (as in kops).
 * A timeout halts and holds: it terminates nothing, since a node killed in a migration leaves `tfe_migration_lock` behind.
 * A node that says that it will not start ends the wait at once, and is held as well.
 * `whenReady` is called once, when every condition holds but that of the load balancer.
 * Throws `GATE_TIMEOUT`, `STARTUP_FAILED`, `WRONG_RELEASE`, and `WORLD_CHANGED` when someone terminates the node meanwhile.
 */
export async function passGate(
  ctx: NodeContext,
  instanceId: string,
  release: Hop["release"],
  whenReady?: () => Promise<void>,
): Promise<void> {
  const { ports, policy, run } = ctx;
  const hop = inHop(ctx);
  const streak = inARow(policy.gate.greens);
  let firstGreenAt: number | undefined;
  let started = false;
  let isReady = false;
  let reds: readonly string[] = [];
  let shape = "";
  await waitFor(
    ports.clock,
    {
      pollMs: policy.gate.pollMs,
      timeoutMs: policy.gate.timeoutMs,
      signal: ctx.signal,
      late: () => new RepaveError("GATE_TIMEOUT", `${instanceId}: ${reds.join("; ")}`),
    },
    async () => {
      const sight = await lookAt(ports.tfe, await ports.fleet.describe(), instanceId);
      if (sight.instance && (isLeaving(sight.instance) || sight.instance.state === "terminated")) {
        throw new RepaveError("WORLD_CHANGED", `${describeInstance(sight.instance)} goes before it passed the gate`);
      }
      const observations = [...conditions(sight, release), ...((await ctx.beside?.()) ?? [])];
      if (sight.answers.state === "started") {
        const { release: runs } = sight.answers;
        if (runs !== undefined && runs !== release) {
          throw new RepaveError(
            "WRONG_RELEASE",
            `${instanceId} was built for ${releaseLabel(release)} and runs ${releaseLabel(runs)}`,
          );
        }
        if (!started) await run.record({ event: "node.started", ...hop, instanceId, at: ports.clock.now() });
        started = true;
      }
      if (whenReady && !isReady && observations.every(({ id, held }) => held || id === TARGET_HEALTHY)) {
        isReady = true;
        await whenReady();
      }
      const green = allHeld(observations);
      const passed = streak.add(green);
      if (green) firstGreenAt ??= ports.clock.now();
      reds = observations.filter((o) => !o.held).map((o) => `${o.condition}: ${o.observed}`);
      const observed = {
        event: "gate.observed",
        instanceId,
        release,
        greens: streak.count(),
        needed: streak.needed,
        observations,
      } as const;
      const before = shape;
      shape = observations.map((o) => (o.held ? "+" : "-")).join("");
      if (shape === before) run.tell(observed);
      else await run.record(observed);
      // After the record: what was observed last is what someone looks for.
      if (sight.answers.failure !== undefined)
        throw new RepaveError("STARTUP_FAILED", `${instanceId}: ${sight.answers.failure}`);
      if (passed) return true;
      // After the first pass, passes are counted at their own spacing, whatever the polling interval was before.
      if (green) await ports.clock.sleep(Math.max(0, policy.gate.everyMs - policy.gate.pollMs), ctx.signal);
      return undefined;
    },
  );
  await run.record({
    event: "gate.passed",
    ...hop,
    instanceId,
    firstGreenAt: firstGreenAt ?? ports.clock.now(),
  });
  await tellIgnored(ctx, instanceId);
}

/**
 * A node that ignores failed startup checks passed by the other conditions alone. Its settings may come from a secret, which nobody saw
 * before. Where they cannot be read, it has passed all the same.
 */
async function tellIgnored({ ports, run }: NodeContext, instanceId: string): Promise<void> {
  const { ignoredChecks: key } = ports.tfe.facts.settings;
  if (key === undefined) return;
  const node = (await ports.fleet.describe()).instances.find(({ id }) => id === instanceId);
  const settings = node && (await attempt(() => ports.tfe.settings(address(node), { keys: [key] })));
  const ignored = settings?.made === true ? plainOf(settings.value[key]) : undefined;
  if (ignored === undefined || ignored.trim() === "") return;
  await run.record({
    event: "warning",
    text: `${instanceId} ignores failed startup checks (${key}: ${ignored}): it passed the gate by every other condition`,
  });
}
