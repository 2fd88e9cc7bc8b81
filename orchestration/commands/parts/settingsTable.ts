import { masked } from "../../operations/masking";
import type { ShownSettings } from "../../operations/appConfig/get";

const WIDTH = 80;
const GAP = 2;
const DIFFERS = "! ";
const SAME = "  ";

interface Row {
  readonly key: string;
  /** One per node, in their order. */
  readonly values: readonly string[];
  readonly differs: boolean;
}

/**
 * Settings as one table with a column for each node, at most 80 columns wide. A value that all nodes have stands once; rows in which they
 * differ are marked. Where the columns have no room, such a row has a line for each node.
 */
export function settingsTable(nodes: readonly ShownSettings[]): readonly string[] {
  const keys = [...new Set(nodes.flatMap(({ settings }) => Object.keys(settings)))].sort();
  const rows = keys.map((key) => rowOf(key, nodes));
  const ids = nodes.map(({ instanceId }) => instanceId);
  const width = { key: longest(["setting", ...keys]) + GAP, value: longest(ids) + GAP };
  const apart = rows.filter(({ differs }) => differs);
  const inColumns =
    SAME.length + width.key + width.value * ids.length <= WIDTH &&
    apart.every(({ values }) => longest(values) + GAP <= width.value);
  const columns = (values: readonly string[]) => values.map((value) => value.padEnd(width.value)).join("");
  const line = ({ key, values, differs }: Row): readonly string[] => {
    const start = `${differs ? DIFFERS : SAME}${key.padEnd(width.key)}`;
    if (!differs) return wrapped(start, values[0] ?? "");
    if (inColumns) return [`${start}${columns(values)}`.trimEnd()];
    return [`${DIFFERS}${key}`, ...values.flatMap((value, at) => wrapped(`    ${columns([ids[at] ?? ""])}`, value))];
  };
  const head = apart.length > 0 && inColumns ? columns(ids) : ids.join(", ");
  return [...wrapped(`${SAME}${"setting".padEnd(width.key)}`, head.trimEnd()), ...rows.flatMap(line)];
}

function rowOf(key: string, nodes: readonly ShownSettings[]): Row {
  const found = nodes.map(({ settings }) => settings[key]);
  const differs = new Set(found.map((value) => JSON.stringify(value))).size > 1;
  // One line each, whatever a certificate or a list of forwarders looks like.
  const values = found.map((value) => (masked(value) ?? "(not set)").replace(/[\r\n]+/g, "\\n"));
  return { key, values, differs };
}

const longest = (words: readonly string[]): number => Math.max(...words.map((word) => word.length));

/** The text behind a beginning, broken where the line is full, with a hanging indent. */
function wrapped(start: string, text: string): readonly string[] {
  const room = WIDTH - start.length;
  const pieces = text.match(new RegExp(`.{1,${room}}(?:(?<=[ ,])|$)|.{1,${room}}`, "gs")) ?? [""];
  return pieces.map((piece, at) => `${at === 0 ? start : " ".repeat(start.length)}${piece}`.trimEnd());
}
