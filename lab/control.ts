import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";
import type { LabClock } from "./clock";
import { addFaults, checkFaults, clearFaults, setFaults } from "./faults";
import { closeServer, listenOnLoopback } from "./loopback";
import { elsewhereIn, type EstateName, USUAL_ESTATE } from "./estates";
import type { RegionApi } from "./region/api";
import { publishImage } from "./region/images";

export interface Control {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  close(): Promise<void>;
}

export interface ControlOptions {
  readonly region: RegionApi;
  /** Default: the usual one. */
  readonly estate?: EstateName;
  readonly clock: LabClock;
  /** Brings the region to the present. */
  readonly advance: () => void;
  /** Jumps to this time of the lab's clock, with all that happens until then. */
  readonly jump: (to: number) => Promise<void>;
  /** Called on `POST /stop`, after it was answered. */
  readonly stop: () => void;
}

const advanceSchema = z.union([
  z.strictObject({ seconds: z.number().positive() }),
  z.strictObject({ to: z.iso.datetime({ offset: true }) }),
]);

/**
 * The lab's own questions: `GET /verdict`, `/clock`, `/state`, `/faults`, `/notifications`, `/elsewhere`; `POST /faults` adds the faults of a list (names, or items of
 * a fault script), `PUT /faults` makes them the only ones, `DELETE /faults` takes all back; `POST /images` publishes a base image and
 * answers it; `POST /advance` moves the clock on by `{"seconds"}` or to `{"to"}` (ISO 8601), for when no command runs; `POST /stop`.
 */
export async function serveControl({
  region,
  estate = USUAL_ESTATE,
  clock,
  advance,
  jump,
  stop,
}: ControlOptions): Promise<Control> {
  const { state } = region;
  const answers: Readonly<Record<string, (body: string) => unknown>> = {
    "GET /verdict": () => region.verdict(),
    "GET /clock": () => ({ pid: process.pid, now: clock.now(), ...clock.scale }),
    "GET /state": () => state,
    "GET /faults": () => state.faults,
    "GET /notifications": () => state.publications ?? [],
    "GET /elsewhere": () => {
      const fleet = elsewhereIn(estate);
      return fleet ? { groupName: fleet.groupName, stackKeys: fleet.stackKeys } : null;
    },
    "POST /faults": (body) => {
      addFaults(state, checkFaults(JSON.parse(body)));
      return state.faults;
    },
    "PUT /faults": (body) => {
      setFaults(state, checkFaults(JSON.parse(body)));
      return state.faults;
    },
    "DELETE /faults": () => {
      clearFaults(state);
      return state.faults;
    },
    "POST /images": () => publishImage(state),
    "POST /advance": async (body) => {
      const asked = advanceSchema.parse(JSON.parse(body));
      await jump("to" in asked ? Date.parse(asked.to) : clock.now() + asked.seconds * 1000);
      return { now: clock.now() };
    },
    "POST /stop": () => ({ stopping: true }),
  };

  async function answer(asked: string, body: string): Promise<{ status: number; content: unknown }> {
    const found = Object.hasOwn(answers, asked) ? answers[asked] : undefined;
    if (!found) return { status: 404, content: { error: `no such question: ${asked}` } };
    try {
      return { status: 200, content: await found(body) };
    } catch (error) {
      return { status: 400, content: { error: error instanceof Error ? error.message : String(error) } };
    }
  }

  const server = createServer((request, response) => {
    text(request).then(
      async (body) => {
        advance();
        const asked = `${request.method ?? "GET"} ${request.url ?? "/"}`;
        const { status, content } = await answer(asked, body);
        response.writeHead(status, { "content-type": "application/json" });
        response.end(`${JSON.stringify(content)}\n`, () => {
          if (asked === "POST /stop") stop();
        });
      },
      () => response.destroy(),
    );
  });
  const port = await listenOnLoopback(server);
  return { url: `http://127.0.0.1:${port}`, close: () => closeServer(server) };
}
