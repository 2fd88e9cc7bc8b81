/** What every page that is served has in common: it is read-only, and no other site can read it. */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { type AddressInfo, isIPv4 } from "node:net";
import { RepaveError } from "../../domain/errors";

/** Whether it names this machine and no other. `127.evil.example` is a name like any other: only an address begins with 127. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));

export const pathOf = (request: IncomingMessage): string => (request.url ?? "/").split("?")[0] ?? "/";

/** Answers a request that is not served, and says so. */
export function isRefused(
  request: IncomingMessage,
  response: ServerResponse,
  { host, paths }: { readonly host: string; readonly paths: readonly string[] },
): boolean {
  // Another site whose name resolves to this machine must not read this page.
  if (isLoopback(host) && !isLoopback(hostOf(request))) {
    end(response, 421, "This host name is not served.");
    return true;
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    end(response, 405, "This page is read-only.");
    return true;
  }
  if (paths.includes(pathOf(request))) return false;
  end(response, 404, "Not found: there is only one page.");
  return true;
}

/** No cache may keep the page, and no browser may guess its type. */
export const SAFE = {
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};

export const policy = (nonce: string): string =>
  `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const hostOf = (request: IncomingMessage): string =>
  (request.headers.host ?? "").replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", ...SAFE });
  response.end(`${text}\n`);
}

/** A page that is served. */
export interface StatusServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Where a server is that listens. */
function urlOf(server: Server, host: string): string {
  const { port, family } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${host}]` : host}:${port}/`;
}

/**
 * Listens, and looks again some real milliseconds after each look has ended, until it is closed; `atEnd` is called then. `look` never
 * rejects. Throws as `listening` does.
 */
export async function served(
  server: Server,
  { host, port, pollMs }: { readonly host: string; readonly port: number; readonly pollMs: number },
  look: () => Promise<void>,
  atEnd: () => void = () => undefined,
): Promise<StatusServer> {
  await listening(server, host, port);
  let closed = false;
  let timer = setTimeout(poll, pollMs);
  function poll(): void {
    void look().finally(() => {
      if (!closed) timer = setTimeout(poll, pollMs);
    });
  }
  return {
    url: urlOf(server, host),
    close: () =>
      new Promise((resolve) => {
        closed = true;
        clearTimeout(timer);
        atEnd();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Resolves when it listens. Throws `USAGE` if the port is not available. */
function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        new RepaveError(
          "USAGE",
          `${host}:${port} cannot be used (${error.code ?? error.message}). Choose another port`,
        ),
      ),
    );
    server.listen(port, host, () => resolve());
  });
}
