import type { Colors } from "picocolors/types";
import type { RunIntent } from "../../domain/start/intent";
import { placeLabel } from "../../domain/start/place";
import { target } from "../../domain/plan";
import { aboutOrUpTo } from "../../domain/start/expectation";
import { releaseLabel } from "../../domain/release";
import { columns } from "./layout/columns";

/** What a start means, in words that whoever agrees to it can check. */
export function intentLines(event: RunIntent, c: Colors): readonly string[] {
  const { plan, stack, forecast } = event;
  const { image, release } = target(plan);
  const path = [plan.from, ...plan.hops].map((hop) => releaseLabel(hop.release));
  const rows = [
    ["release", release === plan.from.release ? `${releaseLabel(release)}, unchanged` : path.join(" → ")],
    ["image", image === plan.from.image ? `${image}, unchanged` : `${plan.from.image} → ${image}`],
    ["outage", `${forecast.text}; it starts after the last drain`],
    ["in total", aboutOrUpTo(forecast)],
    wayBack(event),
  ];
  return [c.bold(placeLabel(event, stack)), ...columns(rows).map((row) => `  ${row}`)];
}

function wayBack({ plan, stack, pastPointOfNoReturn }: RunIntent): readonly [string, string] {
  if (plan.adoption?.way === "in")
    return ["way back", `until the first upgrade: npm run adopt -- --back --stack ${stack}`];
  if (plan.adoption) return ["way back", `npm run adopt -- --stack ${stack}`];
  if (pastPointOfNoReturn) return ["no way back", "the new build was started before: this run can only be continued"];
  return ["no way back", `from the launch of the first new node on. Until then: npm run abort -- --stack ${stack}`];
}
