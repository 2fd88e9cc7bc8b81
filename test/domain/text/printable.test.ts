import * as fc from "fast-check";
import { oneLine, printable, printableWithin } from "../../../orchestration/domain/text/printable";
import { acting, evil } from "../../support/evilText";

describe("printable", () => {
  it.each([
    ["an escape sequence", "\u001b[2Jx", "\\u001b[2Jx"],
    ["a sequence of C1, in one byte", "\u009b2J", "\\u009b2J"],
    ["a clipboard that is written", "\u001b]52;c;AAA\u0007", "\\u001b]52;c;AAA\\u0007"],
    ["backspace, NUL and DEL", "a\b\0\u007f", "a\\u0008\\u0000\\u007f"],
    ["a carriage return, which writes over its line", "bad\rgood", "bad\\u000dgood"],
    ["a text that is turned around", "abc\u202edef\u2066", "abc\\u202edef\\u2066"],
    ["marks of direction", "\u200e\u200f\u061c", "\\u200e\\u200f\\u061c"],
    ["line breaks that only some programs see", "a\u2028b\u2029c", "a\\u2028b\\u2029c"],
    ["half a character", "\ud83d!\ude00", "\\ud83d!\\ude00"],
  ])("shows %s", (_title, text, shown) => expect(printable(text)).toBe(shown));

  it("leaves line feeds, tabs and every script as they are; a line's end is one line feed", () => {
    const text = "a\tb\nc\r\n→ ✓ Straße 日本語 עברית 😀 👩‍💻";
    expect(printable(text)).toBe(text.replace("\r\n", "\n"));
  });

  it("leaves nothing that acts, in any text, and is no other where it passes twice", () => {
    fc.assert(
      fc.property(evil, (text) => {
        const shown = printable(text);
        expect(shown).not.toMatch(acting);
        expect(printable(shown)).toBe(shown);
        expect(oneLine(text)).not.toMatch(/[\n\r]/);
      }),
      { numRuns: 5_000 },
    );
  });

  it("keeps a line of JSON what it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), evil, (value, text) => {
        const line = JSON.stringify({ value, text });
        expect(JSON.parse(printable(line))).toEqual(JSON.parse(line));
      }),
      { numRuns: 2_000 },
    );
  });
});

test("a value keeps its shape, and the names of its properties are text as well", () => {
  const value = { a: ["x\u001b", 1, null, true, undefined], "b\u0007": { c: "\u202e" } };
  expect(printableWithin(value)).toEqual({ a: ["x\\u001b", 1, null, true, undefined], "b\\u0007": { c: "\\u202e" } });
});

test("an output of a megabyte is ready at once", () => {
  for (const text of ["\u001b", "\ud83d", "\r", "\r\n", " \n", "\u2028 "]) {
    const long = text.repeat(1_000_000 / text.length);
    const began = performance.now();
    printable(long);
    oneLine(long);
    expect(performance.now() - began).toBeLessThan(1_000);
  }
});
