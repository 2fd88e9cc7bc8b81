import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { asRepaveError, RepaveError } from "../../domain/errors";
import type { Forecast } from "../../domain/forecast";
import type { Clock } from "../../ports/clock";
import type { RunStore } from "../../ports/runStore";
import type { FleetStanding } from "../../domain/standing/state";
import { livePage, show, type Seen } from "./livePage";
import { isRefused, pathOf, policy, SAFE, served, type StatusServer } from "./readOnly";

export { isLoopback, type StatusServer } from "./readOnly";

export interface StatusServerOptions {
  readonly stack: string;
  readonly store: Pick<RunStore, "list" | "unreadable" | "journal" | "lease">;
  /** Reads the state of the fleet as the journals know it now. */
  readonly standing: () => Promise<FleetStanding>;
  /** Reads what was forecast for a run at its start, from the runs before it. */
  readonly forecast: (runId: string) => Promise<Forecast>;
  readonly clock: Pick<Clock, "now">;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Real milliseconds between two reads of the run store. */
  readonly pollMs: number;
}

/** Without new entries the report is rendered again after this many reads. */
const REDRAW_EVERY = 8;

/**
 * Serves the newest run of a stack, read-only (GET and HEAD). It reads the run store and nothing else, so
 * it keeps working when the orchestrator has died, and says so. Throws `USAGE` if the port is not available.
 */
export async function serveStatus(options: StatusServerOptions): Promise<StatusServer> {
  const { stack, clock, host, port, pollMs } = options;
  const watchers = new Set<ServerResponse>();
  let seen = await look(options, {
    stack,
    runs: [],
    run: undefined,
    entries: [],
    lease: undefined,
    standing: undefined,
    forecast: undefined,
    at: clock.now(),
    problem: undefined,
  });
  let drawn = "";
  let looks = 0;

  function tell(kind: "standing" | "report" | "title", content: string, to: Iterable<ServerResponse> = watchers): void {
    for (const watcher of to) watcher.write(`event: ${kind}\ndata: ${JSON.stringify(content)}\n\n`);
  }

  /** Sends the report again after new entries, and now and then while a run is active. */
  function share(): void {
    looks += 1;
    const moving = seen.entries.at(-1)?.event === "run.finished" ? 0 : Math.floor(looks / REDRAW_EVERY);
    const state = `${seen.run?.runId ?? ""}/${seen.entries.length}/${moving}`;
    const isNew = state !== drawn;
    drawn = state;
    if (watchers.size === 0) return;
    const shown = show(seen, clock.now());
    tell("title", shown.title);
    tell("standing", shown.standing.html);
    if (isNew) tell("report", shown.main().html);
  }

  function watch(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { "Content-Type": "text/event-stream", ...SAFE });
    const shown = show(seen, clock.now());
    tell("standing", shown.standing.html, [response]);
    tell("report", shown.main().html, [response]);
    watchers.add(response);
    request.once("close", () => watchers.delete(response));
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request);
    if (isRefused(request, response, { host, paths: ["/", "/events"] })) return;
    if (path === "/events" && request.method === "GET") {
      watch(request, response);
      return;
    }
    const nonce = randomBytes(16).toString("base64");
    const type = path === "/events" ? "text/event-stream" : "text/html; charset=utf-8";
    response.writeHead(200, { "Content-Type": type, "Content-Security-Policy": policy(nonce), ...SAFE });
    response.end(request.method === "HEAD" ? undefined : livePage(seen, clock.now(), nonce));
  }

  const server = createServer(answer);
  const again = async (): Promise<void> => {
    seen = await look(options, seen);
    share();
  };
  return served(server, { host, port, pollMs }, again, () => {
    for (const watcher of watchers) watcher.end();
  });
}

/** Reads the newest run; if the store cannot be read, the previous state with the reason. */
async function look(options: StatusServerOptions, before: Seen): Promise<Seen> {
  const { store, standing: read, clock } = options;
  try {
    const runs = await store.list();
    const run = runs.at(-1);
    const damaged = (await store.unreadable()).find(({ createdAt }) => createdAt > (run?.createdAt ?? 0));
    if (damaged) throw new RepaveError("RUN_STORE_UNREADABLE", `${damaged.runId}: ${damaged.why}`);
    const [entries, lease] = run ? [await store.journal(run.runId), await store.lease()] : [[], undefined];
    const standing = await read();
    const forecast = run && (await forecastOf(run.runId, options, before));
    const at = clock.now();
    return { stack: before.stack, runs, run, entries, lease, standing, forecast, at, problem: undefined };
  } catch (error) {
    return { ...before, problem: asRepaveError(error).detail };
  }
}

/** Read once for each run: it does not change while the run lasts. A page without it is a page all the same. */
const forecastOf = async (
  runId: string,
  { forecast }: StatusServerOptions,
  before: Seen,
): Promise<Forecast | undefined> =>
  before.run?.runId === runId && before.forecast ? before.forecast : forecast(runId).catch(() => undefined);
