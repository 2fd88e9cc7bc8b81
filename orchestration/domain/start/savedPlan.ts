/** A plan that was written down, and whether the world is still the one that it was made from. Pure. */
import type { NodeFacts } from "../events";
import type { Hop, Plan } from "../plan";
import { type Release, releaseFacts, releaseLabel } from "../release";
import type { Place } from "./place";

/** The facts that a plan was made from. Whatever decides what a run would do, or to what, is one of them. */
export interface PlannedWorld {
  readonly place: Place;
  readonly group: {
    readonly name: string;
    /** Version of the template that the group launches: a number, or `$Latest` where somebody unpinned it. */
    readonly pinned: string;
    readonly min: number;
    readonly desired: number;
    readonly max: number;
  };
  /** Newest version of the launch template. */
  readonly latestTemplateVersion: number;
  readonly nodes: readonly NodeFacts[];
  /** The build keys of the stack's file, by name. */
  readonly build: Readonly<Record<string, string | number>>;
  /** A digest of every other value of the stack's file, by key. */
  readonly configuration: Readonly<Record<string, string>>;
}

/** What was asked for, in the words of the command line. */
export interface Asked {
  readonly release?: Release;
  readonly image?: string;
  readonly latest?: boolean;
  /** In milliseconds. */
  readonly maxAgeMs?: number;
  readonly smoke?: boolean;
}

/** A plan in a file: the plan itself, what it answers, and the world that it was made from. */
export interface SavedPlan {
  /** Milliseconds since the epoch, on the clock of the stack. */
  readonly madeAt: number;
  /** `user@host`. */
  readonly madeBy: string;
  readonly asked: Asked;
  /** A patch of the machines: a build that is staged is no reason to start. */
  readonly patch: boolean;
  readonly plan: Plan;
  readonly world: PlannedWorld;
  /** What the release table says of each release on the path, as JSON by the release's name. */
  readonly releases: Readonly<Record<string, string>>;
}

/** The plan of a file that is to be run, and the command that would make it anew. */
export interface Planned {
  readonly saved: SavedPlan;
  readonly again: string;
}

/** What the release table says of the releases on the path of a plan. */
export const releasesOf = ({ hops }: Plan): Readonly<Record<string, string>> =>
  Object.fromEntries(hops.map(({ release }) => [release, JSON.stringify(releaseFacts(release) ?? null)]));

type Value = string | number | undefined;

/** `name: 3, planned with 2`. Undefined: no difference. */
const differs = (name: string, now: Value, planned: Value): readonly string[] =>
  now === planned ? [] : [`${name}: ${now ?? "(none)"}, planned with ${planned ?? "(none)"}`];

const path = ({ from, hops }: Plan): string =>
  [from, ...hops].map(({ release, image }) => `${releaseLabel(release)} (${image})`).join(" → ");

const build = ({ release, image }: Hop): string => `${releaseLabel(release)} from ${image}`;

/**
 * Every difference between the world that a plan was made from and the world now, by name. `again` is what the same request would make
 * now: a plan, or the reason why there is none. Empty: the plan is as good as new.
 */
export function differencesFrom(
  saved: SavedPlan,
  now: PlannedWorld,
  again: Plan | { readonly impossible: string },
): readonly string[] {
  const { plan, world } = saved;
  return [
    ...differs("host", now.place.host, world.place.host),
    ...differs("account", now.place.account, world.place.account),
    ...differs("region", now.place.region, world.place.region),
    ...differs("group", now.group.name, world.group.name),
    ...differs("pinned template version", now.group.pinned, world.group.pinned),
    ...differs("latest template version", now.latestTemplateVersion, world.latestTemplateVersion),
    ...differs("capacity", capacity(now), capacity(world)),
    ...nodes(now.nodes, world.nodes),
    ...keys(now.build, world.build).flatMap((key) =>
      differs(`${key} in the stack file`, now.build[key], world.build[key]),
    ),
    ...keys(now.configuration, world.configuration)
      .filter((key) => now.configuration[key] !== world.configuration[key])
      .map((key) => `${key} in the stack file: ${changeOf(key, now, world)} since`),
    ...("impossible" in again
      ? [`path: ${again.impossible}, planned ${path(plan)}`]
      : [
          ...differs("running build", build(again.from), build(plan.from)),
          ...differs("node count", again.nodeCount, plan.nodeCount),
          ...differs("path", path({ ...again, from: plan.from }), path(plan)),
        ]),
    ...Object.entries(releasesOf(plan))
      .filter(([release, facts]) => saved.releases[release] !== facts)
      .map(([release]) => `release table: what it says of ${release} has changed`),
  ];
}

/** Whether this is the plan of a run that was made from the file. */
export const isSamePlan = (one: Plan, other: Plan): boolean => canonical(one) === canonical(other);

const canonical = ({ stack, from, hops, nodeCount, because, move, prewarm, zeroMeans }: Plan): string =>
  JSON.stringify([
    ...[stack, from, ...hops, nodeCount, because ?? "", prewarm ?? 0, zeroMeans ?? ""].map(flat),
    move ?? "",
  ]);

const flat = (part: Hop | string | number): unknown =>
  typeof part === "object" ? [part.release, part.image, part.rebuild ?? 0] : part;

const capacity = ({ group: { min, desired, max } }: PlannedWorld): string => `${min}/${desired}/${max}`;

const keys = (one: object, other: object): readonly string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();

function changeOf(key: string, now: PlannedWorld, planned: PlannedWorld): string {
  if (planned.configuration[key] === undefined) return "added";
  return now.configuration[key] === undefined ? "removed" : "changed";
}

function nodes(now: readonly NodeFacts[], planned: readonly NodeFacts[]): readonly string[] {
  const byId = (all: readonly NodeFacts[], id: string): NodeFacts | undefined =>
    all.find(({ instanceId }) => instanceId === id);
  return [
    ...planned
      .filter(({ instanceId }) => !byId(now, instanceId))
      .map(({ instanceId }) => `node ${instanceId}: is gone`),
    ...now.flatMap((node) => {
      const before = byId(planned, node.instanceId);
      return before
        ? differs(`node ${node.instanceId}`, factsIn(node), factsIn(before))
        : [`node ${node.instanceId}: is new, ${factsIn(node)}`];
    }),
  ];
}

const factsIn = ({ release, image, templateVersion }: NodeFacts): string =>
  `${release === null ? "no release" : releaseLabel(release)} from ${image}, template version ${templateVersion ?? "unknown"}`;
