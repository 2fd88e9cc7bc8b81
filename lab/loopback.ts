import type { AddressInfo } from "node:net";

/** What Node's servers have in common with those of ssh2. */
interface Listening {
  listen(port: number, host: string, ready: () => void): unknown;
  once(event: "error", handler: (error: Error) => void): unknown;
  off(event: "error", handler: (error: Error) => void): unknown;
  address(): unknown;
}

interface Closing {
  close(done: () => void): unknown;
  closeAllConnections(): void;
}

/** Listens on 127.0.0.1 and gives the port; `port` 0: any that is free. Rejects where it is taken. */
export async function listenOnLoopback(server: Listening, port = 0): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/** Closes an HTTP server and its connections; harmless where it is closed already. */
export function closeServer(server: Closing): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
