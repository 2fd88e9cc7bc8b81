import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  close(): Promise<void>;
}

/** A server on loopback that answers each request with the next of these statuses, then with 200; "hang": not at all. */
export async function receiver(...answers: readonly (number | "hang")[]): Promise<Receiver> {
  const received: Received[] = [];
  const next = [...answers];
  const server = createServer((request, response) => {
    const answer = next.length > 1 ? next.shift() : (next[0] ?? 200);
    void text(request).then((body) => {
      received.push({ path: request.url ?? "/", headers: request.headers, body });
      if (answer === "hang") return;
      const location = { location: "http://127.0.0.1:1/elsewhere" };
      response.writeHead(answer ?? 200, location).end("ok");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
