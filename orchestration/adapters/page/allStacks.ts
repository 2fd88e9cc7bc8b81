import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { asRepaveError } from "../../domain/errors";
import { html, raw, type Html } from "./html";
import { isRefused, policy, SAFE, served, type StatusServer } from "./readOnly";
import { shell } from "./reportPage";
import { section, table } from "./table";
import { clockTime } from "./words";

/** A stack's line. */
export interface StackLine {
  readonly cells: readonly string[];
  readonly mood: "good" | "held" | "bad";
}

export interface AllStacksOptions {
  readonly headings: readonly string[];
  /** Reads every stack. */
  readonly read: () => Promise<readonly StackLine[]>;
  readonly now: () => number;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Real milliseconds between the end of a read and the next. */
  readonly pollMs: number;
}

const MARKS = { good: ["yes", "✓"], held: ["skipped", "–"], bad: ["no", "✗"] } as const;

/** Serves a table of all stacks, read-only, which the browser loads again by itself. Throws `USAGE` if the port is not available. */
export async function serveAllStacks(options: AllStacksOptions): Promise<StatusServer> {
  const { headings, read, now, host, port, pollMs } = options;
  let lines: readonly StackLine[] = [];
  let at = now();
  let problem: string | undefined;
  async function look(): Promise<void> {
    try {
      lines = await read();
      [at, problem] = [now(), undefined];
    } catch (error) {
      problem = asRepaveError(error).detail;
    }
  }
  await look();
  const page = (): string => {
    const ill = lines.filter(({ mood }) => mood !== "good").length;
    const state =
      ill === 0
        ? html`<p class="state good">Every stack is in service.</p>`
        : alarm(`${ill} of ${lines.length} stacks need a look.`);
    const rows = lines.map(({ cells, mood }) => [
      raw(`<span class="${MARKS[mood][0]}">${MARKS[mood][1]}</span>`),
      ...cells,
    ]);
    const body = html`<div class="standing">
        ${problem === undefined ? undefined : alarm(`Cannot be read since ${clockTime(at)} UTC: ${problem}`)}
        <div role="status">${lines.length === 0 ? undefined : state}</div>
      </div>
      <main>
        ${section("stacks", "Stacks", table(["", ...headings], rows, "Stacks"), html`<p class="calm">Read at ${clockTime(at)} UTC, from the stack files and the records of the runs.</p>`)}
      </main>`;
    const title =
      lines.length === 0
        ? "No stacks"
        : ill === 0
          ? `${lines.length} stacks in service`
          : `${ill} of ${lines.length} stacks need a look`;
    return shell(title, html`<link rel="icon" href="data:," /><meta http-equiv="refresh" content="10" />`, body);
  };
  const server = createServer((request, response) => {
    if (isRefused(request, response, { host, paths: ["/"] })) return;
    const type = "text/html; charset=utf-8";
    const security = policy(randomBytes(16).toString("base64"));
    response.writeHead(200, { "Content-Type": type, "Content-Security-Policy": security, ...SAFE });
    response.end(request.method === "HEAD" ? undefined : page());
  });
  return served(server, { host, port, pollMs }, look);
}

const alarm = (text: string): Html => html`<p class="alarm" role="alert">${text}</p>`;
