import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { RDSClient } from "@aws-sdk/client-rds";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { rememberPlace } from "./asked";
import { type AwsPlace, s3Addressing, silenceVersionWarning } from "../../../infra/awsSdk";
import { expectOwner, ownersOf } from "../../../infra/runs/bucket";

export interface AwsClients {
  readonly autoScaling: AutoScalingClient;
  readonly ec2: EC2Client;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly quotas: ServiceQuotasClient;
  readonly rds: RDSClient;
  readonly s3: S3Client;
  readonly secrets: SecretsManagerClient;
  readonly ssm: SSMClient;
  readonly sts: STSClient;
  /** Closes their connections, so that the process can end. */
  destroy(): void;
}

/** Region and profile default to those of the AWS command line. */
export interface AwsOptions extends AwsPlace {
  /** One address for every service; default: AWS, or `AWS_ENDPOINT_URL`. */
  readonly endpoint?: string;
  /** Default: the credentials of the AWS command line, refreshed while they last. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** How patient the clients are. Default: as a run needs it. */
  readonly patience?: Patience;
}

export interface Patience {
  readonly maxAttempts: number;
  /** Milliseconds. */
  readonly requestHandler: { readonly connectionTimeout: number; readonly requestTimeout: number };
}

/** Eight attempts with a time limit each: a lost packet costs seconds and not the run. */
const OF_A_RUN: Patience = { maxAttempts: 8, requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000 } };

/** What a client of the SDK is made with. One that is made otherwise warns of this version of Node in the middle of our output. */
export function clientConfig({
  region,
  profile,
  endpoint,
  credentials,
  patience = OF_A_RUN,
}: AwsOptions): ClientConfig {
  silenceVersionWarning();
  return {
    ...patience,
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  };
}

type ClientConfig = Patience & Omit<AwsOptions, "bucketOwners" | "patience">;

/** Creates the clients with one retry policy. */
export function awsClients(options: AwsOptions = {}): AwsClients {
  const config = clientConfig(options);
  const sts = new STSClient(config);
  const clients = {
    autoScaling: new AutoScalingClient(config),
    ec2: new EC2Client(config),
    elb: new ElasticLoadBalancingV2Client(config),
    quotas: new ServiceQuotasClient(config),
    rds: new RDSClient(config),
    s3: expectOwner(
      new S3Client({ ...config, ...s3Addressing(options.endpoint) }),
      ownersOf(options.bucketOwners, sts),
    ),
    secrets: new SecretsManagerClient(config),
    ssm: new SSMClient(config),
    sts,
  };
  for (const client of Object.values(clients)) rememberPlace(client, options);
  return {
    ...clients,
    destroy() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}
