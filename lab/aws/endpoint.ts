import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { closeServer, listenOnLoopback } from "../loopback";
import type { RegionApi } from "../region/api";
import { answerCall } from "./calls";
import type { Reply } from "./protocol";
import { serviceOf, type HttpRequest } from "./routing";
import { answerObject } from "./s3";
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
}

/** Serves the region's APIs on loopback, in the protocols of the real services. Signatures are read, not checked. */
export async function serveAws(region: RegionApi, options: EndpointOptions): Promise<AwsEndpoint> {
  const log = options.log ?? ((line: string) => process.stderr.write(`lab: ${line}\n`));
  const server = createServer((incoming, outgoing) => {
    void read(incoming).then(
      (request) => {
        options.advance();
        const requestId = randomUUID();
        const reply = answer(region, request, requestId, log);
        outgoing.writeHead(reply.status, {
          "x-amzn-requestid": requestId,
          "x-amz-request-id": requestId,
          ...reply.headers,
        });
        outgoing.end(reply.body);
      },
      () => outgoing.destroy(),
    );
  });
  const port = await listenOnLoopback(server);
  return { url: `http://127.0.0.1:${port}`, close: () => closeServer(server) };
}

function answer(region: RegionApi, request: HttpRequest, requestId: string, log: (line: string) => void): Reply {
  const name = serviceOf(request);
  const service = SERVICES[name];
  if (service) return answerCall(region, service, request, requestId, log);
  if (name === "s3") return answerObject(region.state, request, requestId, log);
  log(`not simulated: service ${name}`);
  return { status: 404, headers: { "content-type": "text/plain" }, body: `The lab has no service ${name}.\n` };
}

async function read(incoming: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? "/", "http://127.0.0.1");
  return { method: incoming.method ?? "GET", url, headers: incoming.headers, body: Buffer.concat(chunks) };
}
