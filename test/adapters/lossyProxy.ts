import { once } from "node:events";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What happens to a request: `lose` lets it take effect and drops the answer; a number refuses it with that status. */
export type Fate = "pass" | "lose" | number;

export interface LossyProxy {
  readonly url: string;
  close(): Promise<void>;
}

/** Stands before an endpoint and spoils what `fate` says of each request. */
export async function lossyProxy(
  target: string,
  fate: (request: IncomingMessage) => Fate | Promise<Fate>,
): Promise<LossyProxy> {
  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const what = await fate(incoming);
    if (typeof what === "number") {
      outgoing.writeHead(what, { "content-type": "application/xml" });
      outgoing.end(`<Error><Code>${CODES[what] ?? "Unknown"}</Code><Message>words</Message></Error>`);
      return;
    }
    const { method = "GET", url = "/", headers } = incoming;
    const onward = request(new URL(url, target), { method, headers });
    onward.end(Buffer.concat(chunks));
    const [answer] = (await once(onward, "response")) as [IncomingMessage];
    if (what === "lose") {
      incoming.socket.destroy();
      answer.resume();
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(outgoing);
  }
  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => {
          closed();
        });
        server.closeAllConnections();
      }),
  };
}

const CODES: Readonly<Record<number, string>> = {
  400: "ExpiredToken",
  403: "AccessDenied",
  409: "ConditionalRequestConflict",
  503: "SlowDown",
};
