import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import { closeServer, listenOnLoopback } from "../loopback";
import type { RegionApi } from "../region/api";
import type { Listener } from "../region/model";
import type { Certificate } from "./certificate";
import type { NodeServers } from "./nodeServers";

export interface Balancer {
  readonly port: number;
  close(): Promise<void>;
}

export interface BalancerOptions {
  readonly region: RegionApi;
  readonly nodes: NodeServers;
  /** Brings the region to the present. */
  readonly advance: () => void;
  readonly certificate: Certificate;
  /** Port to take where it is free; any other where it is not. */
  readonly port?: number | undefined;
}

/**
 * The load balancer on loopback: HTTPS in front, and each request forwarded over a socket to the node that the region's rules
 * choose. 503 where there is no node to choose, 502 where the chosen one does not answer.
 */
export async function startBalancer(options: BalancerOptions): Promise<Balancer> {
  const { region, nodes, advance, certificate } = options;
  const server = createServer({ key: certificate.key, cert: certificate.cert }, (request, response) => {
    advance();
    const targetGroupArn = frontListener(region)?.targetGroupArn;
    const node = targetGroupArn === undefined ? undefined : region.route(targetGroupArn);
    if (!node) {
      refuse(response, 503);
      return;
    }
    const port = nodes.portOf(node.id);
    if (port === undefined) refuse(response, 502);
    else forward(port, request, response);
  });
  const port = await listenOnLoopback(server, options.port).catch(() => listenOnLoopback(server));
  return { port, close: () => closeServer(server) };
}

/** The listener that users reach: HTTPS before any other. */
export function frontListener(region: RegionApi): Listener | undefined {
  const { listeners } = region.state;
  return listeners.find((listener) => listener.port === 443) ?? listeners[0];
}

function forward(port: number, request: IncomingMessage, response: ServerResponse): void {
  const onward = httpRequest(
    { host: "127.0.0.1", port, method: request.method, path: request.url, headers: request.headers, agent: false },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  onward.on("error", () => {
    if (response.headersSent) response.destroy();
    else refuse(response, 502);
  });
  request.pipe(onward);
}

function refuse(response: ServerResponse, status: 502 | 503): void {
  const reason = status === 503 ? "Service Temporarily Unavailable" : "Bad Gateway";
  response.writeHead(status, { "content-type": "text/html" });
  response.end(`<html><head><title>${status} ${reason}</title></head></html>\n`);
}
