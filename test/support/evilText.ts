import * as fc from "fast-check";

/** What no terminal, page or message may be given by others; line feeds and tabs apart. */
export const acting =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

const PARTS = [
  "\u001b",
  "\u009b",
  "\u009d",
  "\u0007",
  "\u0008",
  "\u0000",
  "\r",
  "\n",
  "\t",
  "\u007f",
  "\u202a",
  "\u202e",
  "\u2066",
  "\u2069",
  "\u200e",
  "\u200f",
  "\u061c",
  "\u2028",
  "\u2029",
  "\u0085",
  "\ud83d",
  "\ude00",
  "\u001b[2J",
  "\u001b]52;c;AAA\u0007",
  "\u001b[1A\u001b[2K  ✓ all checks pass",
  "[0m",
  "\\",
  "<!channel>",
  "@here ",
  "https://evil.example/x",
  "![t](//evil.example/p.png)",
  "|",
  "`",
  "*",
  "#",
  "😀",
  "é",
  "x",
  " ",
];

/** Text as a node, a tool or whoever may write to the run store could make it. */
export const evil: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...PARTS), fc.string({ unit: "binary", maxLength: 3 })), {
    minLength: 1,
    maxLength: 12,
  })
  .map((parts) => parts.join(""));
