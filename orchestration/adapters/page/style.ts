/** Inline, since a page must be whole without a network. Contrasts are held to WCAG AA by a test in a browser. */
const LIGHT = `
  color-scheme: light; --bg: #f4f5f7; --card: #ffffff; --fg: #1c2128; --muted: #57606a; --line: #d5dae1; --link: #0550ae;
  --shade: rgba(207, 34, 46, 0.14); --on-bar: #ffffff;
  --ok: #1a7f37; --bad: #cf222e; --warn: #9a6700; --idle: #6e7781; --accent: #0969da;
  --c1: #8250df; --c2: #9a6700; --c3: #0969da; --c4: #1b7c83; --c5: #57606a;`;
const DARK = `
  color-scheme: dark; --bg: #0d1117; --card: #161b22; --fg: #e6edf3; --muted: #9ea7b3; --line: #30363d; --link: #6cb6ff;
  --shade: rgba(248, 81, 73, 0.2); --on-bar: #0d1117;
  --ok: #3fb950; --bad: #f85149; --warn: #d29922; --idle: #848d97; --accent: #58a6ff;
  --c1: #bc8cff; --c2: #e3b341; --c3: #58a6ff; --c4: #39c5cf; --c5: #b1bac4;`;

export const STYLE = `
:root {${LIGHT}
}
@media (prefers-color-scheme: dark) { :root {${DARK}
} }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main, .standing { max-width: 1040px; margin: 0 auto; padding: 16px; }
h2 { font-size: 1.15rem; margin: 0 0 10px; }
h3 { font-size: 1rem; margin: 18px 0 6px; overflow-wrap: anywhere; }
section, header.top { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 16px 20px; margin-bottom: 14px; }
.verdict { font-size: 1.35rem; line-height: 1.35; font-weight: 600; margin: 6px 0 12px; padding-left: 12px; border-left: 6px solid var(--mood); }
.good { --mood: var(--ok); } .bad { --mood: var(--bad); } .held { --mood: var(--warn); }
p.state { margin: 0 0 12px; padding-left: 12px; border-left: 6px solid var(--mood); }
.figures { display: flex; flex-wrap: wrap; gap: 8px 28px; margin: 0 0 12px; }
.figures div { min-width: 90px; } .figures dt { color: var(--muted); font-size: 0.85rem; } .figures dd { margin: 0; font-size: 1.3rem; font-weight: 600; }
.facts, .note { color: var(--muted); font-size: 0.9rem; margin: 0; overflow-wrap: anywhere; }
.note { margin-top: 8px; }
.alarm { border: 2px solid var(--bad); border-radius: 8px; padding: 10px 16px; background: var(--card); font-weight: 600; }
.left { margin: 0; font-weight: 600; }
.left.late { color: var(--bad); }
.calm { color: var(--muted); font-size: 0.9rem; margin: 0; }
.standing { padding-bottom: 0; } .standing:empty { display: none; }
svg { width: 100%; height: auto; display: block; } .narrow { display: none; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 16px; padding: 0; margin: 6px 0 0; font-size: 0.85rem; color: var(--muted); }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 5px; background: var(--tone); }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
th, td { text-align: left; vertical-align: top; padding: 4px 14px 4px 0; border-bottom: 1px solid var(--line); overflow-wrap: normal; }
td:last-child { overflow-wrap: anywhere; min-width: 14em; }
th { font-weight: 600; color: var(--muted); white-space: nowrap; overflow-wrap: normal; } td:first-child { min-width: 5.5em; } td.num { white-space: nowrap; font-variant-numeric: tabular-nums; }
code { font: 0.92em ui-monospace, monospace; overflow-wrap: anywhere; } a { color: var(--link); }
.yes { color: var(--ok); } .no { color: var(--bad); } .skipped { color: var(--muted); white-space: nowrap; }
summary { cursor: pointer; font-weight: 600; } details { margin-top: 10px; }
@media (max-width: 640px) {
  main, .standing { padding: 8px; } section, header.top { padding: 12px; } .verdict { font-size: 1.1rem; }
  .wide { display: none; } .narrow { display: block; }
}
@media print {
  :root {${LIGHT}
  --bg: #ffffff; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 11px; } main { max-width: none; padding: 0; }
  section, header.top { border: 0; border-bottom: 1px solid var(--line); border-radius: 0; padding: 8px 0; }
  figure, tr, h2, h3 { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .wide { display: block; } .narrow { display: none; }
  details::details-content { content-visibility: visible; display: block; height: auto; } summary { list-style: none; }
  .table { overflow: visible; } th, td { overflow-wrap: anywhere; }
}
figure { margin: 0; }
`;
