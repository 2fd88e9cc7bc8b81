import { readFileSync } from "node:fs";
import { request as httpRequest, Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { setTimeout as realSleep } from "node:timers/promises";
import { createSecureContext, rootCertificates } from "node:tls";
import { RepaveError } from "../../domain/errors";
import type { Clock } from "../../ports/clock";
import type { Probe, ProbeSample } from "../../ports/probe";

export interface HttpProbeOptions {
  readonly url: string;
  /** PEM file to trust besides the usual authorities. */
  readonly caFile?: string;
  readonly clock: Clock;
  /** Milliseconds of the Clock between two requests. */
  readonly everyMs: number;
}

/** An answer later than this counts as no answer, in milliseconds of the Clock… */
const TIMEOUT_MS = 2_000;
/**
 * …and in real ones, counted in ticks: on a fast clock a busy machine must not look like an outage, and neither must this process
 * when it stands still for seconds itself (it runs the stack's program), since no more than one tick passes meanwhile.
 */
const TICK_MS = 100;
const MIN_TICKS = 15;
const MIN_REAL_INTERVAL_MS = 15;
/** Two days of samples; older ones are dropped. */
const MAX_SAMPLES = 172_800;

/**
 * Requests the service's health check through the load balancer as a user would: by name, with a new connection each time. Any
 * HTTP status below 500 is an answer. Throws `STACK_CONFIG_INVALID` if the CA file cannot be read. A request never throws.
 */
export function httpProbe({ url, caFile, clock, everyMs }: HttpProbeOptions): Probe {
  const agent = agentFor(url, caFile);
  const samples: ProbeSample[] = [];
  let running: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;

  async function ask(signal: AbortSignal): Promise<boolean> {
    const given = new AbortController();
    const patience = AbortSignal.any([signal, given.signal]);
    const tooLate = Promise.all([clock.sleep(TIMEOUT_MS, patience), ticks(patience)]).then(
      () => false,
      () => false,
    );
    try {
      return await Promise.race([answers(url, agent, patience), tooLate]);
    } finally {
      given.abort();
    }
  }

  async function watch(signal: AbortSignal): Promise<void> {
    const stopped = (): boolean => signal.aborted;
    while (!stopped()) {
      const asked = clock.now();
      const began = clock.monotonic();
      const answered = await ask(signal);
      // A request cut short by stopping says nothing about the service.
      if (stopped()) return;
      samples.push({ at: answered ? clock.now() : asked, answered });
      if (samples.length > MAX_SAMPLES) samples.splice(0, samples.length - MAX_SAMPLES);
      const rest = Math.max(0, everyMs - (clock.monotonic() - began));
      await Promise.allSettled([clock.sleep(rest, signal), realSleep(MIN_REAL_INTERVAL_MS, undefined, { signal })]);
    }
  }

  return {
    start() {
      if (running) return;
      const stop = new AbortController();
      running = { stop, done: watch(stop.signal) };
    },
    samples: () => [...samples],
    async stop() {
      running?.stop.abort();
      await running?.done;
      running = undefined;
      agent.destroy();
    },
  };
}

async function ticks(signal: AbortSignal): Promise<void> {
  for (let i = 0; i < MIN_TICKS; i++) await realSleep(TICK_MS, undefined, { signal });
}

/**
 * No connection is kept. TLS sessions are, which saves the balancer a full handshake per second. The authorities are read once: an agent
 * that is given them as certificates reads all of them again for each connection, a megabyte outside of the heap each time.
 */
function agentFor(url: string, caFile: string | undefined): HttpAgent | HttpsAgent {
  if (!url.startsWith("https:")) return new HttpAgent({ keepAlive: false });
  if (caFile === undefined) return new HttpsAgent({ keepAlive: false });
  try {
    const secureContext = createSecureContext({ ca: [...rootCertificates, readFileSync(caFile, "utf8")] });
    return new HttpsAgent({ keepAlive: false, secureContext });
  } catch (cause) {
    throw new RepaveError("STACK_CONFIG_INVALID", `caFile ${caFile} cannot be read`, { cause });
  }
}

/** Resolves to whether the service answers before the signal aborts. Never rejects. */
function answers(url: string, agent: HttpAgent | HttpsAgent, signal: AbortSignal): Promise<boolean> {
  const request = url.startsWith("https:") ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    request(url, { agent, signal }, (response) => {
      response.resume();
      response.on("error", () => undefined);
      resolve((response.statusCode ?? 500) < 500);
    })
      .on("error", () => {
        resolve(false);
      })
      .end();
  });
}
