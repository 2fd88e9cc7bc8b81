import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { closeServer, listenOnLoopback } from "../loopback";
import type { RegionApi } from "../region/api";

/** An HTTP server for each node whose application serves. */
export interface NodeServers {
  /** Opens and closes servers so that they are those of the nodes that serve now; resolves when the new ones listen. */
  reconcile(): Promise<void>;
  /** Port of a node's server; undefined: nothing listens there. */
  portOf(instanceId: string): number | undefined;
  close(): Promise<void>;
}

interface Entry {
  readonly server: Server;
  port: number | undefined;
}

/** A page that every release has. */
const HOME = "/";

/** `advance` brings the region to the present before a server asks it for an answer. */
export function nodeServers(region: RegionApi, advance: () => void): NodeServers {
  const entries = new Map<string, Entry>();

  async function open(id: string): Promise<void> {
    const server = createServer((request, response) => {
      buffer(request).then(
        (body) => answer(id, request, body, response),
        () => response.destroy(),
      );
    });
    const entry: Entry = { server, port: undefined };
    entries.set(id, entry);
    entry.port = await listenOnLoopback(server);
  }

  function answer(id: string, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    advance();
    const { method = "GET", url: path = "/", headers } = request;
    const { host, accept, authorization } = headers;
    const asked = { host, accept, authorization, "content-type": headers["content-type"] };
    const page = region.request(id, { method, path, headers: asked, body }) ?? region.answer(id, path, asked);
    if (!page) {
      request.socket.destroy();
      return;
    }
    const type = page.body.startsWith("{") ? "application/json" : "text/plain";
    response.writeHead(page.status, { "content-type": type, ...("headers" in page ? page.headers : {}) });
    response.end(page.body);
  }

  function shut(id: string, entry: Entry): Promise<void> {
    entries.delete(id);
    return closeServer(entry.server);
  }

  return {
    async reconcile() {
      const serving = new Set(
        region.state.instances.map((i) => i.id).filter((id) => region.answer(id, HOME) !== undefined),
      );
      for (const [id, entry] of entries) if (!serving.has(id)) void shut(id, entry);
      await Promise.all([...serving].filter((id) => !entries.has(id)).map(open));
    },
    portOf: (id) => entries.get(id)?.port,
    close: async () => {
      await Promise.all([...entries].map(([id, entry]) => shut(id, entry)));
    },
  };
}
