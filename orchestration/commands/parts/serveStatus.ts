import { isLoopback, serveStatus } from "../../wiring/machine";
import { RepaveError } from "../../domain/errors";
import type { FleetStanding } from "../../domain/standing/state";
import type { Forecast } from "../../domain/forecast";
import { forecastBefore } from "../../run/pastRuns";
import { readStanding } from "../../run/standing";
import type { Io } from "../io";
import { onRuns } from "./onTarget";

export interface ServeOptions {
  readonly stack?: string;
  /** True: the usual port. */
  readonly serve: string | true;
  readonly host?: string;
}

const USUAL_PORT = 8642;
const POLL_MS = 2000;

/** `status --serve`: the newest run as a page, until Ctrl-C. Read only. Throws `USAGE`. */
export async function serveCommand({ stack: wanted, ...options }: ServeOptions, io: Io): Promise<number> {
  portOf(options);
  return onRuns(wanted, async (runs) => {
    const { stackName: stack, clock } = runs;
    const standing = (): Promise<FleetStanding> => readStanding(runs, { stack, now: clock.now() });
    const forecast = (runId: string): Promise<Forecast> => forecastBefore(runs.store, runId);
    return serving(options, io, (where) =>
      serveStatus({ ...runs, stack, standing, forecast, ...where, pollMs: POLL_MS }),
    );
  });
}

function portOf({ serve }: Pick<ServeOptions, "serve">): number {
  const port = serve === true ? USUAL_PORT : Number(serve);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new RepaveError("USAGE", `\`${String(serve)}\` is not a port number`);
  return port;
}

/** Serves a page until Ctrl-C. Throws `USAGE`. */
export async function serving(
  { serve, host = "127.0.0.1" }: Omit<ServeOptions, "stack">,
  io: Io,
  start: (where: {
    readonly host: string;
    readonly port: number;
  }) => Promise<{ readonly url: string; close(): Promise<void> }>,
): Promise<number> {
  const server = await start({ host, port: portOf({ serve }) });
  io.out(server.url);
  if (!isLoopback(host))
    io.err(
      `Anyone who can reach ${host} can read it: there is no password. It shows no secrets and accepts no commands.`,
    );
  io.err("Read-only. Press Ctrl-C to stop.");
  await new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve();
    io.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await server.close();
  return 0;
}
