import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { openTraces } from "../../../orchestration/adapters/telemetry/traces";
import type { RunEvent } from "../../../orchestration/domain/events";
import { aFinish, PLAN } from "../../support/events";

jest.setTimeout(120_000);

const EVENTS: readonly RunEvent[] = [
  { event: "plan.made", plan: PLAN, text: [] },
  { event: "run.started", runId: "run-1", plan: PLAN, operator: "ann@here" },
  { event: "step.started", step: "drain", hop: 0, title: "drain" },
  { event: "step.finished", step: "drain", hop: 0, seconds: 1 },
  aFinish("done"),
];

interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { readonly key: string; readonly value: object }[] };
    readonly scopeSpans: readonly { readonly spans: readonly { readonly name: string }[] }[];
  }[];
}

/** A process of its own: the exporter loads its parts in a way that the tests' own loader does not know. */
function send(env: NodeJS.ProcessEnv, flushMs = 60_000): Promise<string> {
  const script = join(__dirname, "sendTraces.ts");
  const args = ["--import", "tsx", script, JSON.stringify(EVENTS), String(flushMs)];
  const options = { cwd: resolve(__dirname, "../../.."), env: { PATH: process.env["PATH"], ...env } };
  return new Promise((done, reject) => {
    execFile(process.execPath, args, options, (error, stdout) => {
      if (error) reject(new Error(error.message));
      else done(stdout);
    });
  });
}

describe("traces, sent to a collector", () => {
  const received: { path: string; body: string }[] = [];
  let answers = true;
  let server: Server;
  let endpoint: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        received.push({ path: request.url ?? "", body });
        if (answers) response.end("{}");
      });
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  beforeEach(() => void received.splice(0));

  it("arrive over OTLP, as the service and with the attributes that the environment names", async () => {
    answers = true;
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_RESOURCE_ATTRIBUTES: "team=platform" };
    expect(await send(env)).toBe("");
    expect(received.map(({ path }) => path)).toEqual(["/v1/traces"]);
    const [sent] = received.map(({ body }) => (JSON.parse(body) as Sent).resourceSpans[0]);
    expect(sent?.scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)).sort()).toEqual(["drain", "repave"]);
    expect(sent?.resource.attributes).toEqual(
      expect.arrayContaining([
        { key: "service.name", value: { stringValue: "tfe-repave" } },
        { key: "team", value: { stringValue: "platform" } },
      ]),
    );
  });

  it("hold nobody up where the collector does not answer: that is said, and is all", async () => {
    answers = false;
    expect(await send({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, 50)).toBe(
      `traces to ${endpoint}: not sent within 0.05 s\n`,
    );
  });
});

it.each<[string, NodeJS.ProcessEnv]>([
  ["no collector is named", {}],
  ["they are switched off", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9", OTEL_SDK_DISABLED: "true" }],
])("there are none where %s", async (_, env) => {
  const inner = { emit: () => undefined };
  const problems: string[] = [];
  const traces = openTraces({ env, problem: (line) => void problems.push(line) });
  expect(traces.behind(inner, Date.now)).toBe(inner);
  await traces.flush();
  expect(problems).toEqual([]);
});
