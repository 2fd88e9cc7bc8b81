import { createColors } from "picocolors";
import { columns } from "../../../orchestration/adapters/reporters/layout/columns";
import { lengthOf, wrap } from "../../../orchestration/adapters/reporters/layout/wrap";

const c = createColors(true);

test("a line that fits stays as it is", () => expect(wrap("  ✓ a short line", 80)).toBe("  ✓ a short line"));

test.each([
  ["    → write it into the stack's file, then run it", ["    → write it into the", "      stack's file, then run it"]],
  [
    "13:22:40   i-0 is drained and takes work",
    ["13:22:40   i-0 is", "           drained and takes", "           work"],
  ],
  ["no mark, and no blank in front of it all", ["no mark, and no blank in front", "of it all"]],
])("breaks between words, and hangs under the text: %s", (line, rows) => {
  expect(wrap(line, 31).split("\n")).toEqual(rows);
});

test("colours do not count, and a word that is too long stays whole", () => {
  const arn = "arn:aws:iam::123456789012:role/tfe-repave";
  const rows = wrap(`  ${c.green("✓")} the role ${c.bold(arn)} is trusted by it`, 30).split("\n");
  expect(rows.map((row) => row.replace(/\u001b\[[\d;]*m/g, ""))).toEqual([
    "  ✓ the role",
    `    ${arn}`,
    "    is trusted by it",
  ]);
  expect(lengthOf(c.bold(arn))).toBe(arn.length);
});

test("a terminal that leaves no room is left to break lines itself", () => {
  const line = "              deeply indented text in a narrow terminal";
  expect(wrap(line, 30)).toBe(line);
});

test("columns: as wide as they must be, and the last one is broken under itself", () => {
  const rows = [
    ["release", "to know"],
    ["642 (v202207-2)", "a data migration of a minute for 10,000 workspaces"],
  ];
  expect(columns(rows)).toEqual([
    "release          to know",
    "642 (v202207-2)  a data migration of a minute for 10,000 workspaces",
  ]);
  expect(columns(rows, 44)).toEqual([
    "release          to know",
    "642 (v202207-2)  a data migration of a",
    "                 minute for 10,000",
    "                 workspaces",
  ]);
});
