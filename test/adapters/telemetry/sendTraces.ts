import { openTraces } from "../../../orchestration/adapters/telemetry/traces";
import type { RunEvent } from "../../../orchestration/domain/events";

/** A process that tells the events of its first argument to the collector of its environment; the second is its patience. */
const [events = "[]", flushMs = "30000"] = process.argv.slice(2);
const traces = openTraces({
  env: process.env,
  problem: (line) => void process.stdout.write(`${line}\n`),
  flushMs: Number(flushMs),
});
const reporter = traces.behind({ emit: () => undefined }, Date.now);
for (const event of JSON.parse(events) as RunEvent[]) reporter.emit(event);
void traces.flush().then(() => process.exit(0));
