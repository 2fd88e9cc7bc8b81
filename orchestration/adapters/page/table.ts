import { html, raw, type Html } from "./html";
import type { Tone } from "./lanes";

type Cell = Html | string | number;

/** A table that scrolls in itself where a page is too narrow for it. */
export function table(heads: readonly string[], rows: readonly (readonly Cell[])[], label: string): Html {
  return html`<div class="table" role="region" aria-label="${label}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

export const legend = (title: string, tones: Readonly<Record<string, Tone>>): Html =>
  html`<ul class="legend">
    <li>${title}</li>
    ${Object.entries(tones).map(([word, tone]) => html`<li><i style="${`--tone: var(--${tone})`}"></i>${word}</li>`)}
  </ul>`;

export const section = (id: string, title: string, ...content: readonly (Html | undefined)[]): Html =>
  html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${content}
  </section>`;

export const mark = (held: boolean, skipped?: true): Html =>
  skipped === true
    ? raw('<span class="skipped">– skipped</span>')
    : held
      ? raw('<span class="yes">✓</span> yes')
      : raw('<span class="no">✗</span> no');
