import { printable } from "../../domain/text/printable";

/** Text that is HTML already. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | undefined | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export const escapeHtml = (text: string): string =>
  printable(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);

/** What is HTML already, to be put in as it is. For our own constants and charts only, never for what a run says. */
export const raw = (html: string): Html => ({ html });

function render(part: Part): string {
  if (part === undefined) return "";
  if (typeof part === "object") return "html" in part ? part.html : part.map(render).join("");
  return escapeHtml(String(part));
}

/** Text in which what stands in backticks is shown as code. */
export const coded = (text: string): Html =>
  raw(
    text
      .split("`")
      .map((part, index) => (index % 2 === 0 ? escapeHtml(part) : `<code>${escapeHtml(part)}</code>`))
      .join(""),
  );

/** A template in which every value is escaped, unless it was made by this function. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return raw(texts.map((text, index) => text + render(parts[index])).join(""));
}
