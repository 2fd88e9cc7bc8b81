import type { RegionApi } from "../region/api";
import { aws } from "./aws";
import { command } from "./command";
import { servePackage, type ServerOptions } from "./server";

export interface Providers {
  /** Ports on 127.0.0.1, for `PULUMI_DEBUG_PROVIDERS=aws:<port>,command:<port>`. */
  readonly aws: number;
  readonly command: number;
  /** Ends what is under way (children of commands included) and the servers. */
  close(): Promise<void>;
}

/**
 * Serves the Pulumi providers of the lab, acting on the region. `now` is the lab's clock in milliseconds; `env` is added to the
 * environment of the commands that `command:local:Command` runs.
 */
export async function serveProviders(region: RegionApi, options: ServerOptions): Promise<Providers> {
  const [awsServer, commandServer] = await Promise.all([
    servePackage(aws, region, options),
    servePackage(command, region, options),
  ]);
  return {
    aws: awsServer.port,
    command: commandServer.port,
    async close() {
      await Promise.all([awsServer.close(), commandServer.close()]);
    },
  };
}
