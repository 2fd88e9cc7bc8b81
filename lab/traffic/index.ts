import type { LabClock } from "../clock";
import type { RegionApi } from "../region/api";
import { startBalancer } from "./balancer";
import { ensureCertificate } from "./certificate";
import { nodeServers } from "./nodeServers";
import { startProber } from "./prober";

/** Users' requests: the load balancer, the nodes' servers behind it, and the witness that asks once a lab second. */
export interface Traffic {
  /** The load balancer's port. */
  readonly port: number;
  /** PEM file to trust when asking it. */
  readonly caFile: string;
  /** Opens and closes nodes' servers; to be called when the region may have changed. */
  reconcile(): Promise<void>;
  close(): Promise<void>;
}

export interface TrafficOptions {
  readonly region: RegionApi;
  readonly dir: string;
  readonly clock: LabClock;
  /** Brings the region to the present. */
  readonly advance: () => void;
  /** Port to take where it is free. */
  readonly port?: number | undefined;
}

export async function startTraffic({ region, dir, clock, advance, port }: TrafficOptions): Promise<Traffic> {
  const certificate = await ensureCertificate(dir);
  const nodes = nodeServers(region, advance);
  // Nobody asks before the nodes that were serving when the lab stopped serve again.
  await nodes.reconcile();
  const balancer = await startBalancer({ region, nodes, advance, certificate, port });
  const prober = startProber({ region, balancer, certificate, clock, speed: clock.scale.speed, advance });
  return {
    port: balancer.port,
    caFile: certificate.caFile,
    reconcile: () => nodes.reconcile(),
    close: async () => {
      await prober.stop();
      await balancer.close();
      await nodes.close();
    },
  };
}
