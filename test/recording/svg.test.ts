import { pieces, toSvg, wrapped } from "./svg";

test("a line is cut where its colour changes", () => {
  expect(pieces("a \u001b[32m✓\u001b[39m \u001b[1mb\u001b[22m")).toEqual([
    { text: "a ", kind: "" },
    { text: "✓", kind: "g" },
    { text: " ", kind: "" },
    { text: "b", kind: "b" },
  ]);
});

test("a line that is too long is broken where the terminal ends, and keeps its colour", () => {
  expect(wrapped("abcdef", 3)).toEqual(["abc", "def"]);
  expect(wrapped("ab\u001b[2mcdefg\u001b[22m", 3)).toEqual(["ab\u001b[2mc", "\u001b[2mdef", "\u001b[2mg\u001b[22m"]);
  expect(wrapped("", 3)).toEqual([""]);
});

test("the picture holds each different line once, and every frame where it is to be seen", () => {
  const frames = [["$ run"], ["$ run", "1 < 2"], ["1 < 2"]];
  const svg = toSvg({ columns: 10, rows: 2, frames, secondsEach: 1, still: 1 });
  expect(svg.match(/<g id=/g)).toHaveLength(2);
  expect(svg.match(/1 &lt; 2/g)).toHaveLength(1);
  expect(svg.match(/<use /g)).toHaveLength(4);
  expect(svg).toContain("9.09%{transform:translateX(-106px)}");
  expect(svg).toContain("film 11s step-end");
  expect(svg).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
});
