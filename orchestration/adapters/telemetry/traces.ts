import { setTimeout as delay } from "node:timers/promises";
import type * as exporter from "@opentelemetry/exporter-trace-otlp-http";
import type * as resource from "@opentelemetry/resources";
import type * as sdk from "@opentelemetry/sdk-trace-node";
import type { Reporter } from "../../ports/reporter";
import { lazily } from "../machine/lazy";
import { spanReporter } from "./spans";

/** Spans of a run on their way to a collector. */
export interface Traces {
  /** Passes events to `inner` and traces to the collector. `now`: ms since the epoch on the run's clock. */
  behind(inner: Reporter, now: () => number): Reporter;
  /** Sends what is not sent yet, for a few seconds at most. Never throws. */
  flush(): Promise<void>;
}

export interface TracesOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Called with the reason why there are no traces. */
  readonly problem: (line: string) => void;
  /** Patience of `flush`, in real milliseconds. */
  readonly flushMs?: number;
}

const NONE: Traces = { behind: (inner) => inner, flush: () => Promise.resolve() };
const FLUSH_MS = 5000;

/**
 * OpenTelemetry, where the environment names a collector (`OTEL_EXPORTER_OTLP_ENDPOINT`, or `…_TRACES_ENDPOINT`); the exporter
 * reads the rest of its variables itself. Nothing is loaded without one. A run never fails for its traces.
 */
export function openTraces({ env, problem, flushMs = FLUSH_MS }: TracesOptions): Traces {
  const endpoint = env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] ?? env["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? "";
  if (endpoint === "" || env["OTEL_SDK_DISABLED"] === "true") return NONE;
  const failed = (error: unknown): void => problem(`traces to ${endpoint}: ${reason(error)}`);
  try {
    const provider = openProvider(env);
    const tracer = provider.getTracer("tfe-repave");
    return {
      behind(inner, now) {
        const spans = spanReporter(tracer, now);
        return {
          emit(event) {
            inner.emit(event);
            try {
              spans.emit(event);
            } catch (error) {
              failed(error);
            }
          },
        };
      },
      async flush() {
        const given = new AbortController();
        const late = delay(flushMs, undefined, { signal: given.signal, ref: true }).then(() => {
          throw new Error(`not sent within ${flushMs / 1000} s`);
        });
        try {
          await Promise.race([provider.forceFlush(), late]);
        } catch (error) {
          failed(error);
        } finally {
          given.abort();
          late.catch(() => undefined);
          void provider.shutdown().catch(() => undefined);
        }
      },
    };
  } catch (error) {
    failed(error);
    return NONE;
  }
}

function openProvider(env: NodeJS.ProcessEnv): sdk.NodeTracerProvider {
  const { BatchSpanProcessor, NodeTracerProvider } = lazily("@opentelemetry/sdk-trace-node") as typeof sdk;
  const { OTLPTraceExporter } = lazily("@opentelemetry/exporter-trace-otlp-http") as typeof exporter;
  const { detectResources, envDetector, resourceFromAttributes } = lazily(
    "@opentelemetry/resources",
  ) as typeof resource;
  const own = resourceFromAttributes({ "service.name": env["OTEL_SERVICE_NAME"] ?? "tfe-repave" });
  return new NodeTracerProvider({
    resource: own.merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
}

const reason = (error: unknown): string => {
  const first: unknown = Array.isArray(error) ? error[0] : error;
  return first instanceof Error ? first.message || first.name : String(first);
};
