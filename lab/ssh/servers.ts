import { join } from "node:path";
import { writeWhole } from "../files";
import type { RegionApi } from "../region/api";
import { isReachable } from "../region/faultEffects";
import type { Instance } from "../region/model";
import { clientConfig, type SshHost } from "./clientConfig";
import { ensureHostKey, ensureUserKey } from "./keys";
import { serveNode, type NodeServer } from "./nodeServer";

/** The SSH servers of all nodes, and the client configuration that leads to them. */
export interface SshServers {
  /** For `ssh -F`. */
  readonly configFile: string;
  /** Opens and closes servers so that they are those of the machines that are up, then rewrites the configuration. */
  reconcile(): Promise<void>;
  close(): Promise<void>;
}

interface Entry {
  readonly server: NodeServer;
  readonly host: SshHost;
}

/** `dir` gets `ssh_config` and `ssh/`; `advance` brings the region to the present. */
export async function startSsh(region: RegionApi, dir: string, advance: () => void): Promise<SshServers> {
  const userKey = await ensureUserKey(dir);
  const configFile = join(dir, "ssh_config");
  const entries = new Map<string, Entry>();

  async function write(): Promise<void> {
    const hosts = [...entries.values()].map((entry) => entry.host);
    await writeWhole(configFile, clientConfig(hosts, userKey.file));
  }

  async function open(instance: Instance): Promise<Entry> {
    const { id: instanceId, privateIp } = instance;
    const hostKey = await ensureHostKey(dir, instanceId);
    // Without its comment, which holds no name of a host.
    instance.hostKey = hostKey.public.split(" ").slice(0, 2).join(" ");
    const server = await serveNode({ region, instanceId, hostKey, authorized: userKey.public, advance });
    return { server, host: { instanceId, privateIp, port: server.port } };
  }

  async function reconcileNow(): Promise<void> {
    const up = region.state.instances.filter((instance) => isReachable(region.state, instance));
    const gone = [...entries.keys()].filter((id) => !up.some((instance) => instance.id === id));
    const come = up.filter((instance) => !entries.has(instance.id));
    if (gone.length + come.length === 0) return;
    for (const id of gone) {
      entries.get(id)?.server.close();
      entries.delete(id);
    }
    for (const instance of come) entries.set(instance.id, await open(instance));
    await write();
  }

  let last: Promise<unknown> = Promise.resolve();
  function reconcile(): Promise<void> {
    const done = last.then(reconcileNow);
    last = done.catch(() => undefined);
    return done;
  }
  await write();
  return {
    configFile,
    reconcile,
    close: async () => {
      await last;
      for (const { server } of entries.values()) server.close();
      entries.clear();
      await write();
    },
  };
}
