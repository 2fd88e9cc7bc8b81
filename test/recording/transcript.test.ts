import { STEPS, shortened, withTranscript } from "./transcript";

const step = (id: string, details: readonly string[]): readonly string[] => [
  `01:00:00 \u001b[1m▶ ${id}\u001b[22m — its title`,
  ...details.map((detail) => `01:00:01   ${detail}`),
  `01:00:02 \u001b[32m✓\u001b[39m ${id} (2s)`,
];
const run = (details: (id: string) => readonly string[]): readonly string[] => [
  "$ npm run upgrade",
  "01:00:00 Stack lab",
  "01:00:00 Image",
  "01:00:00   note",
  ...STEPS.flatMap(({ id }) => step(id, details(id))),
  "01:00:03 report: …",
  "\n01:00:03 Done.\n01:00:03   outage 7m",
];

test("a step outside the outage is its last line, one of the outage has its lines, and the end stands whole", () => {
  expect(shortened(run((id) => (id === "gate" ? ["a", "b"] : ["✓ a check"])))).toEqual([
    "$ npm run upgrade",
    "01:00:00 Stack lab",
    "[…]",
    ...["preflight", "claim", "fence", "stage", "proveBoot", "drain", "backup"].map((id) => `01:00:02 ✓ ${id} (2s)`),
    ...["scaleToZero", "scaleToOne"].flatMap((id) => [
      `01:00:00 ▶ ${id} — its title`,
      "01:00:01   ✓ a check",
      `01:00:02 ✓ ${id} (2s)`,
    ]),
    "01:00:00 ▶ gate — its title",
    "01:00:01   a",
    "01:00:01   b",
    "01:00:02 ✓ gate (2s)",
    "01:00:02 ✓ scaleOut (2s)",
    "01:00:02 ✓ verify (2s)",
    "01:00:03 Done.",
    "01:00:03   outage 7m",
  ]);
});

test("a long step of the outage keeps both ends", () => {
  const letters = ["a", "b", "c", "d", "e", "f", "g", "h"];
  expect(shortened(run((id) => (id === "gate" ? letters : []))).slice(-11, -4)).toEqual([
    "01:00:00 ▶ gate — its title",
    "01:00:01   a",
    "[…]",
    "01:00:01   f",
    "01:00:01   g",
    "01:00:01   h",
    "01:00:02 ✓ gate (2s)",
  ]);
});

test("a run that did not come to its end is not shown", () => {
  const whole = run(() => []);
  expect(() => shortened(whole.slice(0, 20))).toThrow("8 of 12 steps were printed");
  expect(() => shortened(whole.filter((line) => !line.includes("gate (2s)")))).toThrow("The step gate has no end");
});

test("the lines stand between the markers, and the page around them stays", () => {
  const page = "above\n<!-- recorded run: begin -->\nold\n<!-- recorded run: end -->\nbelow\n";
  const filled = withTranscript(page, ["new"]);
  expect(filled).toBe("above\n<!-- recorded run: begin -->\n\n```\nnew\n```\n\n<!-- recorded run: end -->\nbelow\n");
  expect(withTranscript(filled, ["new"])).toBe(filled);
  expect(() => withTranscript("above\n", ["new"])).toThrow("The markers of the recorded run are missing");
});
