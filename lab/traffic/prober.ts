import { Agent, request } from "node:https";
import type { LabClock } from "../clock";
import type { RegionApi } from "../region/api";
import { frontListener, type Balancer } from "./balancer";
import type { Certificate } from "./certificate";

export interface Prober {
  stop(): Promise<void>;
}

export interface ProberOptions {
  readonly region: RegionApi;
  readonly balancer: Balancer;
  readonly certificate: Certificate;
  readonly clock: Pick<LabClock, "now" | "sleep">;
  /** Lab seconds a real second. */
  readonly speed: number;
  readonly advance: () => void;
}

const LAB_SECOND = 1000;
/** At most 50 questions a real second, however fast the lab's clock runs. */
const SHORTEST_PAUSE = 20;
const PATIENCE = 2000;

/**
 * The witness's own user: asks through the load balancer once a lab second and tells the region whether there was an answer.
 * Where the clock runs too fast for that, one question stands for the seconds since the last. Time that nobody watched, because
 * the machine slept, is not counted.
 */
export function startProber(options: ProberOptions): Prober {
  const { region, clock, speed, advance } = options;
  const abort = new AbortController();
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: options.certificate.cert });
  const pause = Math.max(LAB_SECOND, SHORTEST_PAUSE * speed);
  const mostSeconds = Math.ceil(Math.max(2, speed));

  async function watch(): Promise<void> {
    let watchedTo = clock.now();
    while (await asleep(clock, pause, abort.signal)) {
      if (!frontListener(region)) {
        watchedTo = clock.now();
        continue;
      }
      const answered = await ask(options.balancer.port, agent);
      advance();
      const seconds = Math.floor((clock.now() - watchedTo) / LAB_SECOND);
      watchedTo += seconds * LAB_SECOND;
      for (let i = 0; i < Math.min(seconds, mostSeconds); i++) region.observeTraffic(answered);
    }
  }

  const watching = watch();
  return {
    stop: async () => {
      abort.abort();
      await watching;
      agent.destroy();
    },
  };
}

/** True after the pause; false when it was cut short. */
const asleep = (clock: Pick<LabClock, "sleep">, ms: number, signal: AbortSignal): Promise<boolean> =>
  clock.sleep(ms, signal).then(
    () => true,
    () => false,
  );

function ask(port: number, agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    const question = request(
      { host: "127.0.0.1", servername: "localhost", port, path: "/", agent, timeout: PATIENCE },
      (answer) => {
        answer.resume();
        answer.once("close", () => resolve((answer.statusCode ?? 500) < 500));
      },
    );
    question.once("timeout", () => question.destroy());
    question.once("error", () => resolve(false));
    question.end();
  });
}
