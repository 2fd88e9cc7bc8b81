import { z } from "zod";
import type { Group } from "../../region/model";
import type { Context } from "../noun";
import type { Props } from "../value";

/** How long the provider waits for a group to become empty and to go, unless the program bounds it. */
const DELETE_TIMEOUT_MS = 10 * 60_000;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration in Go's spelling (`10m`, `1h30m`, `0`); undefined: it is none. */
export function goDuration(text: string): number | undefined {
  if (text === "0") return 0;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ""] ?? 0),
    0,
  );
}

export const findGroup = ({ region }: Context, name: string): Group | undefined =>
  region.state.groups.find((group) => group.name === name);

/** Instances that the group still counts as its own, those on their way out included. */
function membersOf({ region }: Context, name: string): number {
  return region.state.instances.filter((each) => each.groupName === name && each.lifecycle !== undefined).length;
}

function healthyInService({ region }: Context, name: string): number {
  return region.state.instances.filter(
    (each) => each.groupName === name && each.lifecycle === "InService" && each.asgHealth === "Healthy",
  ).length;
}

const Wanted = z.object({
  minSize: z.number(),
  desiredCapacity: z.number().default(0),
  waitForCapacityTimeout: z.string().default("10m"),
});

/**
 * Waits as the provider does: after creating for at least the desired capacity (or the minimum), after an update for exactly the
 * desired capacity or the minimum, whichever is greater. Scaling to zero waits until no instance is healthy and in service, and not for
 * those that still terminate. `"0"` turns it off.
 */
export async function waitForCapacity(
  name: string,
  inputs: Props,
  after: "create" | "update",
  context: Context,
): Promise<void> {
  const { minSize, desiredCapacity, waitForCapacityTimeout } = Wanted.parse(inputs);
  const timeoutMs = goDuration(waitForCapacityTimeout) ?? 0;
  if (timeoutMs === 0) return;
  await context.until(() => {
    const have = healthyInService(context, name);
    if (after === "create") {
      const want = desiredCapacity > 0 ? desiredCapacity : minSize;
      return have >= want ? undefined : inWords(`at least ${want}`, have);
    }
    const want = Math.max(minSize, desiredCapacity);
    return have === want ? undefined : inWords(`exactly ${want}`, have);
  }, timeoutMs);
}

const inWords = (want: string, have: number): string =>
  `want ${want} healthy instance(s) in Auto Scaling Group, have ${have}`;

/** Empties the group first, unless it is to be forced; then waits until it is gone. */
export async function deleteGroup(name: string, force: boolean, context: Context): Promise<void> {
  const { region } = context;
  if (!findGroup(context, name)) return;
  const timeoutMs = context.timeoutMs ?? DELETE_TIMEOUT_MS;
  if (!force && membersOf(context, name) > 0) {
    region.updateGroup(name, { min: 0, max: 0, desired: 0 });
    await context.until(() => {
      const left = membersOf(context, name);
      return left === 0 ? undefined : `Auto Scaling Group (${name}) drain: ${left} instances left`;
    }, timeoutMs);
  }
  region.deleteGroup(name, force);
  await context.until(() => (findGroup(context, name) ? `Auto Scaling Group (${name}) delete` : undefined), timeoutMs);
}
