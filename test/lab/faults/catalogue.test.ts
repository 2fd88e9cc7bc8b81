import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CATALOGUE, FAULT_NAMES, type FaultName } from "../../../lab/faults/catalogue";
import type { Entry } from "../../../lab/faults/entry";
import { MOMENT_NAMES, MOMENTS } from "../../../lab/faults/moments";

const README = readFileSync(join(__dirname, "../../../lab/README.md"), "utf8");

/** Cells of every row of the table under a heading. */
function rows(firstHead: string): string[][] {
  const lines = README.split("\n");
  const head = lines.findIndex((line) => line.startsWith(`| ${firstHead} `));
  const end = lines.findIndex((line, index) => index > head && !line.startsWith("|"));
  return lines.slice(head + 2, end).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** `drain`, after 10 s, for 900 s */
function usually({ when, after, for: lasts }: Entry): string {
  const parts = [`\`${when}\``, after && `after ${after} s`, typeof lasts === "number" && `for ${lasts} s`];
  return parts.filter(Boolean).join(", ");
}

const settingsOf = ({ settings = {}, operations, effect, times }: Entry): string => {
  const found = effect?.(settings, operations ?? []);
  const names = [
    ...Object.keys(settings),
    ...(found && "operations" in found ? ["operations"] : []),
    ...(times !== undefined ? ["times"] : []),
  ];
  return names.map((name) => `\`${name}\``).join(", ");
};

describe("the catalogue of faults", () => {
  test("is the README's table", () => {
    expect(rows("fault")).toEqual(
      FAULT_NAMES.map((name) => {
        const entry = CATALOGUE[name];
        return [`\`${name}\``, entry.does, usually(entry), settingsOf(entry), entry.standsFor];
      }),
    );
  });

  test("has the README's moments", () => {
    expect(rows("moment")).toEqual(MOMENT_NAMES.map((name) => [`\`${name}\``, MOMENTS[name].means]));
  });

  test.each(FAULT_NAMES)("%s does something, in one sentence", (name: FaultName) => {
    const { does, effect, act } = CATALOGUE[name];
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(does).toMatch(/^[A-Z][^.]*\.$/);
    expect(effect ?? act).toBeDefined();
  });

  test("has what demonstrations, tests and the torture run call by name", () => {
    expect(FAULT_NAMES).toEqual(
      expect.arrayContaining([
        "throttled",
        "lost-response",
        "credentials-expired",
        "no-capacity",
        "never-healthy",
        "wrong-release",
        "drain-hangs",
        "slow-migration",
        "autoscaler-interferes",
      ]),
    );
  });
});
