import type { DetourPart, PlanDetour } from "../../domain/commandEvents";
import {
  type Forecast,
  likelyOutageSecondsOf,
  outageFigure,
  outageSecondsOf,
  secondsInAll,
} from "../../domain/forecast";
import { type Detour, detourCommands, detourLabel, detourTo, LAST_MEETING } from "../../domain/move/legal";
import type { Plan } from "../../domain/plan";
import { floorsOnPath, type Release } from "../../domain/release";
import { about, plural } from "../../domain/text/words";
import type { FleetSeen } from "../../fleet/observe";
import { present } from "../planning";

/** How the fleet comes to a release that its packaging does not have, and what that takes. Undefined: there is no such way. */
export function planDetour(
  { stack, release }: { readonly stack: string; readonly release: Release },
  seen: FleetSeen,
  forecast: Forecast,
): PlanDetour | undefined {
  const from = present(seen);
  const detour = detourTo(from.release, release, seen.outputs.packaging);
  if (!detour || LAST_MEETING === undefined) return undefined;
  const runs = [...(detour.before.length > 0 ? [detour.before] : []), [LAST_MEETING], detour.after];
  const commands = detourCommands(stack, detour);
  let start = from.release;
  const parts = runs.map((hops, index): DetourPart => {
    const { image } = from;
    const plan: Plan = {
      schema: 2,
      stack,
      from: { release: start, image },
      hops: hops.map((each) => ({ release: each, image })),
      nodeCount: seen.outputs.nodeCount,
    };
    start = hops.at(-1) ?? start;
    return {
      command: commands[index] ?? "",
      hops,
      expectedSeconds: secondsInAll(forecast, plan),
      likelyOutageSeconds: likelyOutageSecondsOf(forecast, plan),
      outageSeconds: outageSecondsOf(forecast, plan),
    };
  });
  return {
    event: "plan.detour",
    from: from.release,
    release,
    parts,
    text: lines(from.release, detour, parts, forecast),
  };
}

function lines(from: Release, detour: Detour, parts: readonly DetourPart[], { runs }: Forecast): readonly string[] {
  const [inAll, assumed] = runs === 0 ? ["up to", " (nothing measured on this stack yet)"] : ["about", ""];
  return [
    detourLabel(from, detour),
    "",
    ...parts.flatMap(({ command, hops, expectedSeconds, likelyOutageSeconds, outageSeconds }, index) => [
      `${index + 1}. ${command}`,
      `   ${plural(hops.length, "repave")}, ${inAll} ${about(expectedSeconds)}, outage ${outageFigure(likelyOutageSeconds, outageSeconds)}${assumed}`,
    ]),
    "",
    ...floorsOnPath(from, [...detour.before, ...detour.after]).map((floor) => `needs ${floor}`),
    "The move runs no migration of data: until the last command it can be taken back.",
  ];
}
