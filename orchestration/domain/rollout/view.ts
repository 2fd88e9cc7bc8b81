import { stepLabel } from "../text/labels";
import { ago, duration } from "../text/words";
import type { RolloutEvent, StackOutcome } from "./events";
import type { RolloutPlan } from "./model";
import { outcomeLabel } from "./words";

/** A line of the live view. */
export interface StackRow {
  readonly text: string;
  readonly mood: "idle" | "busy" | "good" | "bad";
}

interface Known {
  doing: string;
  mood: StackRow["mood"];
  since: number | undefined;
  downSince: number | undefined;
}

const GOOD: readonly StackOutcome[] = ["done", "nothing-to-do"];

/** What every stack of a rollout does now, from its events. Times are of the machine's clock, in milliseconds. */
export function rolloutView(plan: RolloutPlan): {
  hear(event: RolloutEvent, at: number): void;
  rows(now: number): readonly StackRow[];
} {
  const stacks = new Map<string, Known>();
  const soaking = new Map<number, number>();
  const of = (stack: string): Known => {
    const known = stacks.get(stack) ?? { doing: "", mood: "idle", since: undefined, downSince: undefined };
    stacks.set(stack, known);
    return known;
  };
  const busy = (stack: string, doing: string, at: number): void =>
    void Object.assign(of(stack), { doing, mood: "busy", since: at });
  return {
    hear(event, at) {
      switch (event.event) {
        case "rollout.stack.started":
          busy(event.stack, "starting", at);
          return;
        case "rollout.stack.step":
          busy(event.stack, stepLabel(event.step), at);
          return;
        case "rollout.stack.waiting":
          busy(event.stack, "waiting", at);
          return;
        case "rollout.stack.outage":
          of(event.stack).downSince = event.began ? at : undefined;
          return;
        case "rollout.stack.finished": {
          const { outcome, outageSeconds } = event;
          const outage = outageSeconds === null || outageSeconds === 0 ? "" : `, outage ${duration(outageSeconds)}`;
          const mood = GOOD.includes(outcome) ? "good" : "bad";
          stacks.set(event.stack, {
            doing: outcomeLabel(outcome) + outage,
            mood,
            since: undefined,
            downSince: undefined,
          });
          return;
        }
        case "rollout.soak.started":
          soaking.set(event.wave, at);
          return;
        case "rollout.soak.passed":
          soaking.delete(event.wave);
          return;
        case "rollout.soak.failed":
          soaking.delete(event.wave);
          Object.assign(of(event.stack), { doing: "does not hold", mood: "bad" });
          return;
        case "rollout.started":
        case "rollout.resumed":
        case "rollout.wave.approved":
        case "rollout.wave.started":
        case "rollout.note":
        case "rollout.finished":
      }
    },
    rows(now) {
      const width = Math.max(...plan.waves.flatMap((wave) => wave.stacks.map((stack) => stack.length)));
      return plan.waves.flatMap(({ number, name, stacks: its }) => {
        const soak = soaking.get(number);
        const title = `${name}${soak === undefined ? "" : `  soaking for ${ago(soak, now)}`}`;
        return [
          { text: title, mood: soak === undefined ? "idle" : "busy" } as const,
          ...its.map((stack): StackRow => {
            const { doing = "", mood = "idle", since, downSince } = stacks.get(stack) ?? {};
            const time = since === undefined ? "" : ` ${ago(since, now)}`;
            const down = downSince === undefined ? "" : `, down for ${ago(downSince, now)}`;
            return { text: `  ${stack.padEnd(width)}  ${doing}${time}${down}`.trimEnd(), mood };
          }),
        ];
      });
    },
  };
}
