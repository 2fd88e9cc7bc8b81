import { keepAdvancing, labClock } from "../../lab/clock";
import { serveAws } from "../../lab/aws/endpoint";
import { DEFAULTS } from "../../lab/region/defaults";
import { type AwsClients, awsClients } from "../../orchestration/adapters/aws/clients";
import { scaledClock } from "../../orchestration/adapters/machine/clock";
import type { Clock } from "../../orchestration/ports/clock";
import { estate, type EstateOptions, type LabEstate } from "./estate";

/** An estate of healthy nodes behind AWS's endpoint, the clients that reach it, and its clock. */
export interface ServedEstate extends LabEstate {
  readonly clients: AwsClients;
  readonly clock: Clock;
  readonly advance: () => void;
  close(): Promise<void>;
}

/** Time stands still but for `advance` and for `runs: true`, in which it goes by at `speed` (100) lab seconds a second. */
export async function serveEstate(
  options: EstateOptions & { readonly runs?: boolean; readonly speed?: number } = {},
): Promise<ServedEstate> {
  const made = estate(options);
  const { region } = made;
  made.untilHealthy();
  const clock = labClock({ speed: options.speed ?? 100, labOrigin: region.state.now });
  const advance = (): void => {
    if (options.runs) region.advance(clock.now());
  };
  const endpoint = await serveAws(region, { advance, log: () => undefined });
  const clients = awsClients({
    region: DEFAULTS.region,
    endpoint: endpoint.url,
    credentials: { accessKeyId: "lab", secretAccessKey: "lab" },
  });
  const endAdvancing = options.runs
    ? keepAdvancing(clock, () => {
        advance();
        return region.nextDue();
      })
    : undefined;
  return {
    ...made,
    clients,
    clock: scaledClock(clock.scale),
    advance,
    async close() {
      endAdvancing?.();
      clients.destroy();
      await endpoint.close();
    },
  };
}
