import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface WireCall {
  /** Name of the operation, from the query or from `x-amz-target`. */
  readonly action: string;
  /** Parameters of a query call. */
  readonly params: URLSearchParams;
  readonly body: string;
}

export interface Wire {
  /** For an SDK client. */
  readonly config: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  close(): Promise<void>;
}

/** An AWS endpoint that answers as it is told, for what the lab does not do. */
export async function wire(answer: (call: WireCall) => { status: number; body: string }): Promise<Wire> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const params = new URLSearchParams(body);
      const target = request.headers["x-amz-target"];
      const action = typeof target === "string" ? (target.split(".")[1] ?? "") : (params.get("Action") ?? "");
      const { status, body: text } = answer({ action, params, body });
      const type = typeof target === "string" ? "application/x-amz-json-1.1" : "text/xml";
      response.writeHead(status, { "content-type": type }).end(text);
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    config: {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: "eu-west-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => {
          closed();
        });
        server.closeAllConnections();
      }),
  };
}
