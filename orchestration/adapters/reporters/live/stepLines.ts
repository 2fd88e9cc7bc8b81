import { stepLabel } from "../../../domain/text/labels";
import { shortName } from "../../../domain/release";
import { flow, type Line, type Piece } from "./text";
import type { StepView, LiveState } from "./state";

interface Options {
  readonly now: number;
  readonly width: number;
  readonly duration: (seconds: number) => string;
  /** Hops that are over or ahead take a line each; else only the current group of steps is shown. */
  readonly all: boolean;
}

interface Group {
  readonly label: string;
  readonly steps: readonly StepView[];
}

const LABEL = 9;

/** The steps in groups: before the hops, each hop under its release, after the hops. */
export function stepLines({ steps, plan }: LiveState, options: Options): readonly Line[] {
  const groups: Group[] = [];
  for (const step of steps) {
    const release = plan?.hops[step.hop]?.release;
    const label =
      step.scope === "hop" ? (release === undefined ? `hop ${step.hop + 1}` : shortName(release)) : step.scope;
    const last = groups.at(-1);
    if (last?.label === label) groups[groups.length - 1] = { label, steps: [...last.steps, step] };
    else groups.push({ label, steps: [step] });
  }
  const open = groups.findIndex(({ steps: own }) => own.some(({ state }) => state === "running" || state === "ahead"));
  return groups
    .filter((_, index) => options.all || index === open)
    .flatMap((group) => {
      const index = groups.indexOf(group);
      const isFar = group.steps.length > 3 && (index > open + 1 || index < open);
      return isFar
        ? [inOne(group, options)]
        : flow(labelOf(group, index === open), group.steps.map(chip(options)), options.width);
    });
}

const labelOf = ({ label }: Group, isOpen: boolean): Piece => [
  `  ${label}`.padEnd(LABEL + 2),
  isOpen ? "strong" : "dim",
];

/** A group that is over, or far ahead. */
function inOne(group: Group, { duration }: Options): Line {
  const over = group.steps.every(({ state }) => state === "done" || state === "skipped");
  const spent = group.steps.reduce((sum, { seconds }) => sum + seconds, 0);
  if (over) return [labelOf(group, false), ["✓ ", "good"], [`${group.steps.length} steps `], [duration(spent), "dim"]];
  const expected = group.steps.map(({ expectedSeconds }) => expectedSeconds);
  const sum = expected.some((each) => each === null)
    ? undefined
    : expected.reduce<number>((all, each) => all + (each ?? 0), 0);
  const about = sum === undefined ? "" : ` ~${duration(sum)}`;
  return [labelOf(group, false), [`${group.steps.length} steps${about}`, "dim"]];
}

const chip =
  ({ now, duration }: Options) =>
  ({ step, state, since, seconds, expectedSeconds }: StepView): Line => {
    const about = expectedSeconds === null || expectedSeconds === 0 ? "" : `~${duration(expectedSeconds)}`;
    const name = stepLabel(step);
    switch (state) {
      case "done":
        return [["✓ ", "good"], [name], [` ${duration(seconds)}`, "dim"]];
      case "skipped":
        return [[`· ${name}`, "dim"]];
      case "running": {
        const spent = Math.max(0, Math.floor((now - since) / 1000));
        const late = expectedSeconds !== null && expectedSeconds > 0 && spent > expectedSeconds;
        const of = about === "" ? "" : ` of ${about}`;
        return [
          ["▶ ", "busy"],
          [name, "strong"],
          [` ${duration(spent)}${of}`, late ? "bad" : "plain"],
        ];
      }
      case "ahead":
        return [[about === "" ? name : `${name} ${about}`, "dim"]];
    }
  };
