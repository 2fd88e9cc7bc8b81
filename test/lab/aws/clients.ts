import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { RDSClient } from "@aws-sdk/client-rds";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { serveAws } from "../../../lab/aws/endpoint";
import { estate, type LabEstate } from "../estate";

/** A region of two nodes behind the endpoint, and the clients of the SDK that talk to it. */
export interface Bench extends LabEstate {
  readonly url: string;
  /** What the endpoint wrote to its log. */
  readonly log: string[];
  readonly autoScaling: AutoScalingClient;
  readonly ec2: EC2Client;
  readonly loadBalancing: ElasticLoadBalancingV2Client;
  readonly rds: RDSClient;
  readonly s3: S3Client;
  readonly secrets: SecretsManagerClient;
  readonly ssm: SSMClient;
  readonly sts: STSClient;
  close(): Promise<void>;
}

/** Seconds. */
const AWS_DEFAULT_DELAY = 300;

export async function bench(count = 2): Promise<Bench> {
  const built = estate({ count, release: 610, deregistrationDelay: AWS_DEFAULT_DELAY });
  const log: string[] = [];
  const endpoint = await serveAws(built.region, { advance: () => undefined, log: (line) => log.push(line) });
  const config = {
    endpoint: endpoint.url,
    region: "eu-west-1",
    credentials: { accessKeyId: "lab", secretAccessKey: "lab" },
    maxAttempts: 1,
  };
  const clients = {
    autoScaling: new AutoScalingClient(config),
    ec2: new EC2Client(config),
    loadBalancing: new ElasticLoadBalancingV2Client(config),
    rds: new RDSClient(config),
    s3: new S3Client({ ...config, forcePathStyle: true }),
    secrets: new SecretsManagerClient(config),
    ssm: new SSMClient(config),
    sts: new STSClient(config),
  };
  return {
    ...built,
    ...clients,
    url: endpoint.url,
    log,
    close: async () => {
      for (const client of Object.values(clients)) client.destroy();
      await endpoint.close();
    },
  };
}
