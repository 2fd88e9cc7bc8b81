import { Server, utils, type AuthContext, type Connection, type ParsedKey, type ServerChannel } from "ssh2";
import { listenOnLoopback } from "../loopback";
import type { RegionApi } from "../region/api";
import type { KeyPair } from "./keys";

/** The SSH server of one node. */
export interface NodeServer {
  readonly port: number;
  /** Stops it and drops its connections, as the death of the machine would. */
  close(): void;
}

export interface NodeServerOptions {
  readonly region: RegionApi;
  readonly instanceId: string;
  readonly hostKey: KeyPair;
  /** Public key, in authorized_keys form, that may log in under any name. */
  readonly authorized: string;
  /** Brings the region to the present. */
  readonly advance: () => void;
}

/** Serves `exec` requests with what the region's node answers. There is no shell and no file transfer. */
export async function serveNode(options: NodeServerOptions): Promise<NodeServer> {
  const authorized = utils.parseKey(options.authorized);
  if (authorized instanceof Error) throw authorized;
  const connections = new Set<Connection>();
  const server = new Server({ hostKeys: [options.hostKey.private] }, (connection) => {
    connections.add(connection);
    connection.on("authentication", (context) =>
      isAuthorized(context, authorized) ? context.accept() : context.reject(["publickey"]),
    );
    connection.on("session", (acceptSession) => {
      const session = acceptSession();
      session.on("pty", (accept) => (accept as (() => void) | undefined)?.());
      session.on("env", (accept) => (accept as (() => void) | undefined)?.());
      session.on("exec", (accept, _reject, { command }) => void run(options, command, accept()));
    });
    // A client that goes away in the middle is no concern of the node's.
    connection.on("error", () => connections.delete(connection));
    connection.on("close", () => connections.delete(connection));
  });
  const port = await listenOnLoopback(server);
  return {
    port,
    close() {
      server.close();
      for (const connection of connections) connection.end();
    },
  };
}

function isAuthorized(context: AuthContext, key: ParsedKey): boolean {
  if (context.method !== "publickey") return false;
  const same = context.key.algo === key.type && context.key.data.equals(key.getPublicSSH());
  if (!same) return false;
  // The first question is only whether the key would do; the second brings the proof.
  if (!context.signature || !context.blob) return true;
  // It answers with an Error, not a boolean, where the signature cannot be read.
  const verified: unknown = key.verify(context.blob, context.signature, context.hashAlgo);
  return verified === true;
}

async function run(
  { region, instanceId, advance }: NodeServerOptions,
  command: string,
  channel: ServerChannel,
): Promise<void> {
  try {
    advance();
    const result = await region.whenEnded(region.exec(instanceId, command));
    channel.write(result.stdout);
    channel.stderr.write(result.stderr);
    channel.exit(result.exitCode);
  } catch (error) {
    channel.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    channel.exit(255);
  }
  channel.end();
}
