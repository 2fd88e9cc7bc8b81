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

/** A page of a run in the application, and nothing else: what is not one is shown as text. */
const PAGE = /^https:\/\/[\w.-]+(?::\d{1,5})?\/app\/[\w-]+\/workspaces\/[\w-]+\/runs\/run-[\w-]+$/;

export const isPage = (address: string | undefined): address is string => address !== undefined && PAGE.test(address);

/** A link where the address is such a page; otherwise the text alone. */
export const link = (text: string, address: string | undefined): string =>
  isPage(address) && /^[\w-]+$/.test(text) ? `[${text}](${address})` : plain(text);
