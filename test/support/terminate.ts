import "./quietSdk";
import { EC2Client, TerminateInstancesCommand } from "@aws-sdk/client-ec2";

/** Somebody ends an instance of a lab in the console. `env`: what leads AWS clients to the lab. */
export async function terminate(env: Readonly<Record<string, string | undefined>>, instanceId: string): Promise<void> {
  const { AWS_ENDPOINT_URL: endpoint = "", AWS_REGION: region = "" } = env;
  const client = new EC2Client({ endpoint, region, credentials: { accessKeyId: "lab", secretAccessKey: "lab" } });
  try {
    await client.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
  } finally {
    client.destroy();
  }
}
