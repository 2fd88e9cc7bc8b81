import { z } from "zod";
import { RESUMABLE } from "../../../infra/rollout/contract";
import type { StackEnd } from "../../domain/rollout/events";
import { OUTCOMES } from "../../domain/events";
import { recordedRelease } from "../../domain/release";
import type { Condition, RolloutPlan } from "../../domain/rollout/model";
import { isThere } from "../../domain/rollout/state";
import { type Calendar } from "../../domain/window/calendar";
import { fitNow } from "../../domain/window/fitting";
import type { StackCommands, Watching } from "../../ports/rollout";
import { brokenConditions } from "../conditions";
import { isWindowAlone } from "../wave";

/** A build that waits for a window is not made again sooner than this. */
const SOONEST_MS = 300_000;

/** Longest text of an end: the service shows the first 32,768 characters of what it knows of a failed build. */
const LONGEST = 1_000;

/** How a build of a stack's job ended, for the state machine and for `rollout status`. */
export type BuildEnd = StackEnd & {
  /** With outcome `not-now`: when it is tried again, as the state machine waits for it. */
  readonly again?: string;
  /** `RESUMABLE`, where the state machine may start another build. */
  readonly say?: string;
};

export interface RepaveFacts extends Pick<RolloutPlan, "release" | "image" | "windows"> {
  readonly stack: string;
  /** Windows of the stack, read only where one keeps it waiting. */
  readonly calendar: () => Calendar;
  readonly now: () => number;
}

/** Repaves one stack in a build. What happens is its result: it throws nothing. */
export async function repaveInBuild(
  { stack, windows, calendar, now, ...goal }: RepaveFacts,
  commands: Pick<StackCommands, "repave">,
  watching: Watching,
): Promise<BuildEnd> {
  const end = cut(await commands.repave(stack, goal, watching));
  // The run stopped at a safe point, because the machine of the build would have ended it.
  if (end.outcome === "interrupted") return { ...end, say: RESUMABLE };
  if (windows !== "wait" || !isWindowAlone(end)) return end;
  const again = nextOpening(calendar(), now());
  return again === undefined ? end : { ...end, outcome: "not-now", again: new Date(again).toISOString() };
}

/** When the next window opens; the one that is open now is too short. Undefined: not within a year. */
function nextOpening(calendar: Calendar, now: number): number | undefined {
  const open = fitNow(calendar, now, 0);
  const next = open.fits ? fitNow(calendar, open.until, 0) : open;
  const at = next.fits ? undefined : next.next;
  return at === undefined ? undefined : Math.max(at, now + SOONEST_MS);
}

const cut = (end: StackEnd): StackEnd => ({
  ...end,
  ...(end.detail === undefined ? {} : { detail: end.detail.slice(0, LONGEST) }),
  ...(end.fleet === undefined ? {} : { fleet: end.fleet.slice(0, LONGEST) }),
  ...(end.next === undefined ? {} : { next: end.next.slice(0, LONGEST) }),
});

/** What a look at one stack says. */
export interface LookEnd {
  readonly holds: boolean;
  readonly detail?: string;
}

/** Looks at one stack. Throws where it cannot be observed. */
export async function lookInBuild(
  stack: string,
  holds: readonly Condition[],
  commands: Pick<StackCommands, "look">,
  signal: AbortSignal,
): Promise<LookEnd> {
  const detail = brokenConditions(await commands.look(stack, signal), holds);
  return detail === undefined ? { holds: true } : { holds: false, detail: detail.slice(0, LONGEST) };
}

const END = z.object({
  outcome: z.enum([...OUTCOMES, "unknown"]),
  runId: z.string().nullable(),
  release: z.string().nullable(),
  outageSeconds: z.number().nullable(),
  code: z.string().optional(),
  detail: z.string().optional(),
  failedChecks: z.array(z.string()).optional(),
  fleet: z.string().optional(),
  next: z.string().optional(),
});

/** An end as a build has exported it; undefined: it is none. */
export function readEnd(said: unknown): StackEnd | undefined {
  const { success, data } = END.safeParse(said);
  if (!success) return undefined;
  const { release, ...end } = data;
  return { ...end, release: release === null ? null : recordedRelease(release) } as StackEnd;
}

/** Whether the stack has reached the goal, or waits for its window: neither is a failed build. */
export const isBuildSuccess = (end: BuildEnd): boolean => isThere({ end }) || end.again !== undefined;
