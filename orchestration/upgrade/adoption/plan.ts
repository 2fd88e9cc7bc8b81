import { RepaveError } from "../../domain/errors";
import { alive, type Group } from "../../domain/fleet";
import type { Adoption } from "../../domain/adoption/adoption";
import type { Plan } from "../../domain/plan";
import { releaseLabel } from "../../domain/release";
import type { FleetSeen } from "../../fleet/observe";
import { present } from "../planning";

/** Plans an adoption between the former group and the stack's own, with the release that runs. Throws `ADOPTION_IMPOSSIBLE`, with the reason. */
export function planAdoption(stack: string, way: Adoption["way"], seen: FleetSeen): Plan {
  const { former } = seen.fleet;
  if (!former) throw impossible("the stack names no former group that exists", `set tfe:formerGroup to its name`);
  return way === "in" ? planIn(stack, former, seen) : planBack(stack, former, seen);
}

function planIn(stack: string, former: Group, seen: FleetSeen): Plan {
  const { outputs } = seen;
  const from = present(seen);
  if (outputs.release !== from.release) {
    const named = outputs.release === undefined ? "none" : releaseLabel(outputs.release);
    throw impossible(
      `the fleet runs ${releaseLabel(from.release)}, and the stack names ${named}: an adoption changes no release`,
      "name the release that runs in the stack file, and run `pulumi up`",
    );
  }
  const adoption = { way: "in", group: former.name } as const;
  return {
    schema: 2,
    stack,
    from,
    hops: [{ release: from.release, image: outputs.image }],
    nodeCount: former.desired,
    adoption,
  };
}

function planBack(stack: string, former: Group, seen: FleetSeen): Plan {
  const from = present(seen);
  const { found } = former.takenOver ?? {};
  const { release, image } = from;
  const adoption = { way: "back", group: former.name } as const;
  if (hasArrived("back", seen))
    return { schema: 2, stack, from, hops: [{ release, image }], nodeCount: former.desired, adoption };
  if (!found) throw impossible(`${former.name} was not taken over by a run, or its tag is gone`, "look at `runs`");
  if (found.release !== from.release)
    throw impossible(
      `the fleet was upgraded since: ${former.name} builds ${releaseLabel(found.release)}, and it runs ${releaseLabel(from.release)}`,
      "delete the former group, and remove tfe:formerGroup",
    );
  return { schema: 2, stack, from, hops: [{ release, image: found.image }], nodeCount: found.desired, adoption };
}

/** True when the nodes are where they are to go: there is nothing to do. */
export function hasArrived(way: Adoption["way"], { fleet }: FleetSeen): boolean {
  const nodes = alive(fleet);
  const theirs = nodes.filter(({ former }) => former === true);
  return nodes.length > 0 && theirs.length === (way === "in" ? 0 : nodes.length);
}

const impossible = (why: string, next: string): RepaveError =>
  new RepaveError("ADOPTION_IMPOSSIBLE", why, { next: `${next.charAt(0).toUpperCase()}${next.slice(1)}.` });
