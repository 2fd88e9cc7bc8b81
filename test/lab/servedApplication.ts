import { addFaults, checkFaults } from "../../lab/faults";
import { DEFAULTS } from "../../lab/region/defaults";
import { startBalancer } from "../../lab/traffic/balancer";
import { ensureCertificate } from "../../lab/traffic/certificate";
import { nodeServers } from "../../lab/traffic/nodeServers";
import { smokeRuns } from "../../orchestration/adapters/tfeApi/smokeRuns";
import type { SmokeRuns } from "../../orchestration/ports/smokeRuns";
import type { EstateOptions } from "./estate";
import { serveEstate, type ServedEstate } from "./servedEstate";
import { temporaryFolder } from "./temporary";

/** An estate whose application is reached through its load balancer, over TLS. */
export interface ServedApplication {
  readonly lab: ServedEstate;
  readonly origin: string;
  readonly caFile: string;
  /** The product's own adapter, led to it. */
  readonly runs: SmokeRuns & { close(): void };
  adapter(options?: Partial<Parameters<typeof smokeRuns>[0]>): SmokeRuns & { close(): void };
  /** From now on this goes wrong, and nothing else. */
  fault(name: string, more?: object): void;
  close(): Promise<void>;
}

export async function serveApplication(
  options: EstateOptions & { readonly speed?: number } = {},
): Promise<ServedApplication> {
  const lab = await serveEstate({ count: 1, ...options, runs: true, speed: options.speed ?? 200 });
  const folder = await temporaryFolder();
  const certificate = await ensureCertificate(folder.path);
  const { region, advance } = lab;
  const nodes = nodeServers(region, advance);
  await nodes.reconcile();
  const balancer = await startBalancer({ region, nodes, advance, certificate });
  const origin = `https://localhost:${balancer.port}`;
  const adapter: ServedApplication["adapter"] = (more = {}) =>
    smokeRuns({
      workspaceName: DEFAULTS.smokeWorkspace,
      builtIn: true,
      clock: lab.clock,
      origin,
      caFile: certificate.caFile,
      token: () => Promise.resolve(region.state.secrets[DEFAULTS.secrets.smokeToken] ?? ""),
      ...more,
    });
  const runs = adapter();
  return {
    lab,
    origin,
    caFile: certificate.caFile,
    runs,
    adapter,
    fault(name, more = {}) {
      advance();
      region.state.faults = [];
      addFaults(region.state, checkFaults([{ fault: name, when: "now", ...more }]));
    },
    async close() {
      runs.close();
      await balancer.close();
      await nodes.close();
      await lab.close();
      await folder.remove();
    },
  };
}
