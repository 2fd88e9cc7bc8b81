import { createServer } from "node:http";
import type { LabClock } from "./clock";
import { closeServer, listenOnLoopback } from "./loopback";
import type { RegionApi } from "./region/api";

export interface Control {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  close(): Promise<void>;
}

export interface ControlOptions {
  readonly region: RegionApi;
  readonly clock: LabClock;
  /** Brings the region to the present. */
  readonly advance: () => void;
  /** Called on `POST /stop`, after it was answered. */
  readonly stop: () => void;
}

/** The lab's own questions: `GET /verdict`, `/clock`, `/state`, and `POST /stop`. */
export async function serveControl({ region, clock, advance, stop }: ControlOptions): Promise<Control> {
  const answers: Readonly<Record<string, () => unknown>> = {
    "GET /verdict": () => region.verdict(),
    "GET /clock": () => ({ pid: process.pid, now: clock.now(), ...clock.scale }),
    "GET /state": () => region.state,
    "POST /stop": () => ({ stopping: true }),
  };
  const server = createServer((request, response) => {
    advance();
    const asked = `${request.method ?? "GET"} ${request.url ?? "/"}`;
    const answer = answers[asked];
    response.writeHead(answer ? 200 : 404, { "content-type": "application/json" });
    response.end(`${JSON.stringify(answer?.() ?? { error: `no such question: ${asked}` })}\n`, () => {
      if (asked === "POST /stop") stop();
    });
  });
  const port = await listenOnLoopback(server);
  return { url: `http://127.0.0.1:${port}`, close: () => closeServer(server) };
}
