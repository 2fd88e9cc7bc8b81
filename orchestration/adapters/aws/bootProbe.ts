import { RunInstancesCommand } from "@aws-sdk/client-ec2";
import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import { RepaveError } from "../../domain/errors";
import { lines } from "../../domain/text";
import type { BootProbe } from "../../ports/bootProbe";
import type { NodeAddress, NodeShell } from "../../ports/nodeShell";
import type { AwsClients } from "./clients";
import { awsError, awsErrorName } from "./errors";
import { describeGroup } from "./group";

export interface BootProbeOptions {
  readonly clients: Pick<AwsClients, "autoScaling" | "ec2" | "secrets">;
  readonly shell: NodeShell;
  readonly groupName: string;
  readonly launchTemplateId: string;
  /** What a node fetches through. */
  readonly proxyUrl?: string | undefined;
}

/** How EC2 says that the launch would have been made. */
const WOULD_SUCCEED = "DryRunOperation";

/** Dry runs and reads, by the operator over AWS's APIs and by a node with its own role. */
export function awsBootProbe({ clients, shell, ...options }: BootProbeOptions): BootProbe {
  const { groupName, launchTemplateId, proxyUrl } = options;

  async function subnets(): Promise<readonly string[]> {
    const group = await describeGroup(clients.autoScaling, groupName);
    return (group.VPCZoneIdentifier ?? "").split(",").filter((id) => id !== "");
  }

  async function dryRun(templateVersion: number, subnet: string): Promise<string | undefined> {
    const command = new RunInstancesCommand({
      DryRun: true,
      MinCount: 1,
      MaxCount: 1,
      SubnetId: subnet,
      LaunchTemplate: { LaunchTemplateId: launchTemplateId, Version: String(templateVersion) },
    });
    try {
      await clients.ec2.send(command);
    } catch (thrown) {
      if (awsErrorName(thrown) === WOULD_SUCCEED) return undefined;
      return `in ${subnet}: ${refusal(awsError("RunInstances", thrown))}`;
    }
    throw new RepaveError("INTERNAL", "EC2 took a dry run for a launch");
  }

  /** Ends well without a word, or says why not. */
  async function onNode(node: NodeAddress, argv: readonly string[], what: string): Promise<string | undefined> {
    const { exitCode, stderr } = await shell.run(node, argv);
    if (exitCode === 0) return undefined;
    const said = lines(stderr).findLast((line) => line.trim() !== "");
    return `${node.instanceId}: ${what}: ${said?.trim().slice(0, 300) ?? `exit status ${exitCode}`}`;
  }

  return {
    async launchProblem(templateVersion) {
      const problems = await Promise.all((await subnets()).map((subnet) => dryRun(templateVersion, subnet)));
      return problems.filter((problem) => problem !== undefined).join("; ") || undefined;
    },
    async secretProblem(arn) {
      try {
        const secret = await clients.secrets.send(new DescribeSecretCommand({ SecretId: arn }));
        return secret.DeletedDate === undefined ? undefined : `${arn} is to be deleted`;
      } catch (thrown) {
        if (awsErrorName(thrown) === "ResourceNotFoundException") return `${arn} does not exist`;
        return `${arn}: ${refusal(awsError("DescribeSecret", thrown))}`;
      }
    },
    nodeSecretProblem: (node, arn) =>
      onNode(
        node,
        // The value is read, as at boot, and its ARN alone is printed.
        ["aws", "secretsmanager", "get-secret-value", "--region", arn.split(":")[3] ?? ""].concat([
          "--secret-id",
          arn,
          "--query",
          "ARN",
          "--output",
          "text",
        ]),
        `cannot read ${arn}`,
      ),
    async nodeSourceProblem(node, url) {
      const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(url) ?? [];
      if (bucket !== undefined && key !== undefined) {
        const head = ["aws", "s3api", "head-object", "--bucket", bucket, "--key", key, "--query", "ContentLength"];
        return onNode(node, head, `cannot read ${url}`);
      }
      const through = proxyUrl === undefined ? [] : ["--proxy", proxyUrl];
      const curl = ["curl", "--fail", "--silent", "--show-error", "--location", "--proto", "=https", ...through];
      const quiet = ["--max-time", "20", "--output", "/dev/null"];
      const head = await onNode(node, [...curl, ...quiet, "--head", url], `cannot reach ${url}`);
      // Some servers know no HEAD; the first byte will do.
      return head && onNode(node, [...curl, ...quiet, "--range", "0-0", url], `cannot reach ${url}`);
    },
  };
}

/** What AWS refuses is an answer; what may pass by itself, or needs other credentials, is none. */
function refusal(error: RepaveError): string {
  if (error.code !== "AWS_REFUSED") throw error;
  return error.detail;
}
