/** What proves a build with the service up: smoke runs through the application's API, and the site's alarms. */
import type { AwsPlace } from "../../infra/awsSdk";
import type { StackConfig } from "../../infra/config/index";
import { awsAlarms } from "../adapters/aws/monitoring/alarms";
import { readSecret } from "../adapters/aws/secret";
import { smokeRuns } from "../adapters/tfeApi/smokeRuns";
import { RepaveError } from "../domain/errors";
import type { Clock } from "../ports/clock";
import type { Ports } from "../run/context";

export interface ProofFacts {
  readonly config: StackConfig;
  readonly aws: AwsPlace;
  readonly clock: Clock;
  /** `https://host[:port]` of the load balancer. */
  readonly origin: string;
}

/** The ports that the stack's configuration asks for. Nothing is read before the first use; its connections must be closed. */
export function openProof({ config, aws, clock, origin }: ProofFacts): {
  readonly ports: Pick<Ports, "smokeRuns" | "alarms">;
  close(): void;
} {
  const { smokeWorkspace: workspaceName, smokeTokenSecretArn: arn, smokeConfiguration, caFile } = config;
  const runs =
    workspaceName === undefined || arn === undefined
      ? undefined
      : smokeRuns({
          workspaceName,
          builtIn: smokeConfiguration === "builtIn",
          clock,
          origin,
          caFile,
          token: () => tokenOf(arn, aws),
        });
  const alarms = config.alarms.length === 0 ? undefined : awsAlarms({ ...aws, given: config.alarms });
  return {
    ports: { ...(runs ? { smokeRuns: runs } : {}), ...(alarms ? { alarms } : {}) },
    close() {
      runs?.close();
      alarms?.close();
    },
  };
}

async function tokenOf(arn: string, aws: AwsPlace): Promise<string> {
  const token = await readSecret(arn, aws);
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new RepaveError(
    "TFE_API_REFUSED",
    "the secret of tfe:smokeTokenSecretArn holds no token: it must be the text of one",
  );
}
