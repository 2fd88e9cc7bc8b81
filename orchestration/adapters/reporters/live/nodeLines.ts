import { releaseLabel } from "../../../domain/release";
import type { ConditionView, NodeView } from "./nodes";
import { cut, folded, lengthOf, type Line } from "./text";

/** How much of the gate's conditions is shown: each, those that do not hold, or none. */
export type Detail = "all" | "reds" | "none";

const TONES = { good: "good", busy: "busy", gone: "dim" } as const;
/** From this width on conditions stand in two columns. */
const WIDE = 120;

/** Each node in a line, and under a node at the gate its conditions. */
export function nodeLines(nodes: readonly NodeView[], width: number, detail: Detail, isLate: boolean): readonly Line[] {
  if (nodes.length === 0) return [[["  no nodes", "dim"]]];
  return nodes.flatMap((node) => [...folded(oneNode(node), width, 4), ...conditionLines(node, width, detail, isLate)]);
}

function oneNode({ instanceId, release, phase, mood, gate }: NodeView): Line {
  const greens = gate ? `, ${gate.greens} of ${gate.needed} passed` : "";
  const build = release === null ? "release ?" : releaseLabel(release);
  return [[`  ${instanceId}`, "strong"], [`  ${build}  `], [`${phase}${greens}`, TONES[mood]]];
}

function conditionLines({ gate }: NodeView, width: number, detail: Detail, isLate: boolean): readonly Line[] {
  if (!gate || detail === "none") return [];
  const shown = gate.conditions
    .filter(({ held }) => detail === "all" || !held)
    .map((each) => oneCondition(each, isLate));
  if (width < WIDE) return shown;
  const half = Math.floor((width - 4) / 2);
  const rows = Math.ceil(shown.length / 2);
  return shown.slice(0, rows).map((left, index) => {
    const right = shown[index + rows];
    if (!right) return left;
    const column = cut(left, half);
    return [...column, [" ".repeat(half + 2 - lengthOf(column))], ...right];
  });
}

/** How many times in a row it held; if it does not hold, what was observed instead. */
function oneCondition(
  { condition, held, heldBefore, skipped, observed, greens }: ConditionView,
  isLate: boolean,
): Line {
  const count = String(greens).padStart(3);
  if (skipped === true) return [[`    –     ${condition}: skipped, ${observed}`, "dim"]];
  if (held)
    return [
      [`    ✓${count}  `, "good"],
      [condition, "dim"],
    ];
  // What has not come to pass yet is no failure while the node boots as fast as others did.
  if (!heldBefore && !isLate) return [[`    ·${count}  ${condition}: not yet, ${observed}`, "dim"]];
  return [[`    ✗${count}  `, "bad"], [condition], [`: ${observed}`, "dim"]];
}
