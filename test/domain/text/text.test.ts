import * as fc from "fast-check";
import { jsonDocument, lines } from "../../../orchestration/domain/text/text";

const whole = (raw: string): unknown => jsonDocument(raw, (document) => document);

describe("lines", () => {
  it.each([
    ["colours", "\u001b[31mred\u001b[0m", "red"],
    ["a sequence within a sequence", "a\u001b\u001b[0m[2Jb", "ab"],
    ["a title that is never ended", "a\u001b]0;title", "a0;title"],
    ["one-byte sequences of C1, bell, backspace and NUL", "a\u009b2Jb\u0007\u0008\u0000c", "a2Jbc"],
  ])("leaves nothing that a terminal would act on: %s", (_title, raw, clean) => {
    expect(lines(raw)).toEqual([clean]);
  });

  it("never leaves an escape or a control character but tab", () => {
    const part = fc.constantFrom("\u001b", "[", "]", "0m", "2J", ";", "\u0007", "\u009b", "\\", "a", "\n", "\r", "\t");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        expect(lines(parts.join("")).join("")).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe("jsonDocument", () => {
  it.each<[string, string, unknown]>([
    ["a document alone", '{"a": [1, "]"]}', { a: [1, "]"] }],
    ["one after stray lines", 'Error parsing config file: "x [\n[warn] y\n{"a": 1}\n', { a: 1 }],
    ["one with brackets and escaped quotes in its strings", String.raw`["\"[{", "\\"]`, ['"[{', "\\"]],
    ["nothing where there are two", "[1]\n[2]", undefined],
    ["nothing where its line goes on", "[1] and more", undefined],
    ["nothing where it is never closed", '{"a": [1', undefined],
  ])("reads %s", (_title, raw, document) => {
    expect(whole(raw)).toEqual(document);
  });

  it("reads any document again, whatever it holds, after stray lines", () => {
    fc.assert(
      fc.property(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())), (value) => {
        const text = JSON.stringify(value, null, 2);
        // Control characters that JSON itself does not escape are no part of a command's answer.
        fc.pre(!/[\u007f-\u009f]/.test(text));
        expect(whole(`Warning: a "quote\n${text}\n`)).toEqual(JSON.parse(text));
      }),
      { numRuns: 2_000 },
    );
  });

  /** The worst inputs of a megabyte: each makes a scanner with backtracking, or one that begins anew, quadratic. */
  it.each<[string, string]>([
    ["escaped quotes in a string that is never closed", `["${'\\"'.repeat(500_000)}`],
    ["quotes", '["'.repeat(500_000)],
    ["brackets that are never closed", "[\n".repeat(500_000)],
    ["closing brackets", `[\n${"]".repeat(1_000_000)}`],
    ["nested brackets", "[".repeat(500_000) + "]".repeat(500_000)],
    ["backslashes", `["${"\\".repeat(1_000_000)}`],
    ["escapes within escapes", "\u001b".repeat(1_000_000)],
    ["titles that are never ended", "\u001b]".repeat(500_000)],
    ["carriage returns", "\r".repeat(1_000_000)],
    ["blanks", `${" ".repeat(1_000_000)}x`],
    ["blanks before line ends", `${" ".repeat(999)}\n`.repeat(1_000)],
  ])("takes no longer for %s than for a plain answer of that length", (_title, raw) => {
    const begin = performance.now();
    whole(raw);
    // A quadratic scanner needs minutes; the bound leaves room for a busy machine.
    expect(performance.now() - begin).toBeLessThan(1_000);
  });
});
