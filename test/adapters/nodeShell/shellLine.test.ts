import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { shellLine } from "../../../orchestration/adapters/nodeShell/shellLine";

describe("shellLine", () => {
  it("leaves plain words plain", () => {
    expect(shellLine(["df", "-B1", "--output=avail", "/var/lib/replicated"])).toBe(
      "df -B1 '--output=avail' /var/lib/replicated",
    );
  });

  it.each(["sh", "bash"])("%s reads back exactly the words, whatever they are", (program) => {
    const word = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0"));
    const hostile = fc.constantFrom("a b;$(id)", "it's", "\\", "''", "\n", "$'x'", "-e", "~", "!!", "");
    fc.assert(
      fc.property(fc.array(fc.oneof(word, hostile), { minLength: 1, maxLength: 5 }), (words) => {
        const line = shellLine([
          process.execPath,
          "-e",
          "process.stdout.write(JSON.stringify(process.argv.slice(1)))",
          "--",
          ...words,
        ]);
        expect(JSON.parse(execFileSync(program, ["-c", line], { encoding: "utf8" }))).toEqual(words);
      }),
      { numRuns: 15 },
    );
  });

  it("refuses what no argument can hold", () => {
    expect(() => shellLine(["a\0b"])).toThrow(RangeError);
  });
});
