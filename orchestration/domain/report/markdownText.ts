import { oneLine, oneLineEscaping } from "../text/printable";

const withoutMarks = oneLineEscaping("\\`*[]<>|~&#!");

/**
 * Text that Markdown shows to the letter, on one line. What AWS, a node or whoever may write to the run store said must not become a
 * heading, an image that is loaded from elsewhere, a link, or a mention of somebody.
 */
export const plain = (text: string): string =>
  withoutMarks(text)
    // Within a word it is no mark, and names stay readable.
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/:\/\//g, ":\\/\\/")
    .replace(/\b(www)\./gi, "$1\\.")
    .replace(/(?<![\p{L}\p{N}])@/gu, "@\u200b");

/** The same as code. A backslash at its end gets a space: not everything that shows Markdown knows that it escapes nothing there. */
export const code = (text: string): string =>
  `\`${oneLine(text).replaceAll("`", "'").replaceAll("|", "\\|").replace(/\\$/, "\\ ") || " "}\``;
