/** What chats take for a mark of their own at the edge of a word, and what stands in its place: it looks alike and does nothing. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  "*": "\u2217",
  _: "\u02cd",
  "~": "\u223c",
  "`": "'",
  "@": "\uff20",
  "#": "\uff03",
  "|": "\u2223",
};

/** `_` and `~` within a word or a path are left alone, so that commands and names can be copied. */
const MARKS = /[*`|]|(?<![\p{L}\p{N}])[_~@#](?!\/)|[_~](?![\p{L}\p{N}/])/gu;

/** An address would become a link; its scheme is taken apart visibly. */
export const unlinked = (text: string): string =>
  text.replace(/\b(https?|ftp|file):\/\//gi, "$1[:]//").replace(/\b(www|mailto|tel)([.:])/gi, "$1[$2]");

/**
 * Text that a chat shows to the letter, on one line: what AWS, a node or the run store said must not become emphasis, code, a link,
 * an image, a heading, a quotation, or a mention of somebody. Slack knows no escaping but of `&`, `<` and `>`.
 */
export const literal = (text: string): string =>
  unlinked(text)
    .replace(MARKS, (mark) => LOOKALIKES[mark] ?? mark)
    .replaceAll("](", "] (")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
