import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { closeServer, listenOnLoopback } from "../loopback";
import type { RegionApi } from "../region/api";
import { answerCall, operationOf, type Reception } from "./calls";
import { type Call, dateOf, refusalOf, type Transport, transportOf } from "./callFaults";
import type { Reply } from "./protocol";
import { serviceOf, type HttpRequest } from "./routing";
import { answerObject, objectOperation } from "./s3";
import { SERVICES } from "./services";

export interface AwsEndpoint {
  /** `http://127.0.0.1:<port>`, for AWS_ENDPOINT_URL. */
  readonly url: string;
  close(): Promise<void>;
}

export interface EndpointOptions {
  /** Called before each request: brings the region to the present. */
  readonly advance: () => void;
  /** Where lines about calls that are not simulated go. Default stderr. */
  readonly log?: (line: string) => void;
  /** Waits for milliseconds of the lab's clock, where an answer is to come late. Default: as many of the machine's. */
  readonly sleep?: (ms: number) => Promise<void>;
}

/** Serves the region's APIs on loopback, in the protocols of the real services. Signatures are read, not checked. */
export async function serveAws(region: RegionApi, options: EndpointOptions): Promise<AwsEndpoint> {
  const log = options.log ?? ((line: string) => process.stderr.write(`lab: ${line}\n`));
  const { sleep = pause } = options;
  const server = createServer((incoming, outgoing) => {
    void read(incoming)
      .then(async (request) => {
        options.advance();
        const requestId = randomUUID();
        const { reply, transport } = meet(region, request, requestId, log);
        if (transport.delayMs > 0) await sleep(transport.delayMs);
        if (transport.lost) {
          outgoing.destroy();
          return;
        }
        outgoing.writeHead(reply.status, {
          "x-amzn-requestid": requestId,
          "x-amz-request-id": requestId,
          ...dateOf(region.state),
          ...reply.headers,
        });
        outgoing.end(reply.body);
      })
      .catch(() => outgoing.destroy());
  });
  const port = await listenOnLoopback(server);
  return { url: `http://127.0.0.1:${port}`, close: () => closeServer(server) };
}

const AT_ONCE: Transport = { delayMs: 0, lost: false };

/** Answers a request, unless a fault refuses it; a fault may also hold back or lose the answer to what took effect. */
function meet(
  region: RegionApi,
  request: HttpRequest,
  requestId: string,
  log: (line: string) => void,
): { reply: Reply; transport: Transport } {
  const call = callOf(request);
  const reply = answer(region, request, { requestId, log, refusal: refusalOf(region.state, call) });
  return { reply, transport: reply.status < 300 ? transportOf(region.state, call) : AT_ONCE };
}

function callOf(request: HttpRequest): Call {
  const name = serviceOf(request);
  const service = SERVICES[name];
  const operation = service ? operationOf(service, request) : objectOperation(request);
  return { service: name, protocol: service?.protocol, operation: operation ?? "" };
}

function answer(region: RegionApi, request: HttpRequest, reception: Reception): Reply {
  const name = serviceOf(request);
  const service = SERVICES[name];
  if (service) return answerCall(region, service, request, reception);
  if (name === "s3") return answerObject(region.state, request, reception);
  reception.log(`not simulated: service ${name}`);
  return { status: 404, headers: { "content-type": "text/plain" }, body: `The lab has no service ${name}.\n` };
}

async function read(incoming: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? "/", "http://127.0.0.1");
  return { method: incoming.method ?? "GET", url, headers: incoming.headers, body: Buffer.concat(chunks) };
}
