import { RunInstancesCommand } from "@aws-sdk/client-ec2";
import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import { RepaveError } from "../../domain/errors";
import { reasonOf } from "../../domain/text/reason";
import type { BootProbe } from "../../ports/account/bootProbe";
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

/** Reads the address in $1, through the proxy in $2 where there is one. */
const DIGEST = `set -o pipefail
if [ -n "$2" ]; then export http_proxy="$2" https_proxy="$2"; fi
case "$1" in
  s3://*) aws s3 cp --only-show-errors "$1" - ;;
  *) curl --fail --silent --show-error --location --proto '=https' "$1" ;;
esac | sha256sum`;

/** A package of gigabytes, from the other end of a slow line. */
const DIGEST_MS = 30 * 60_000;

/** EC2's error for a launch that would have succeeded. */
const WOULD_SUCCEED = "DryRunOperation";

/** Dry runs and reads: by the operator through AWS's APIs, and by a node with its own role. */
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
    throw new RepaveError("INTERNAL", "EC2 treated a dry run as a launch");
  }

  /** Runs a command that is silent on success. Returns why it failed. */
  async function onNode(node: NodeAddress, argv: readonly string[], what: string): Promise<string | undefined> {
    const { exitCode, stdout, stderr } = await shell.run(node, argv);
    if (exitCode === 0) return undefined;
    return `${node.instanceId}: ${what}: ${reasonOf(stdout, stderr, exitCode)}`;
  }

  /** Reads the file as the node will at boot, without storing it: a package has gigabytes. */
  async function digestProblem(node: NodeAddress, url: string, sha256: string): Promise<string | undefined> {
    const argv = ["bash", "-c", DIGEST, "digest", url, proxyUrl ?? ""];
    const { exitCode, stdout, stderr } = await shell.run(node, argv, { timeoutMs: DIGEST_MS });
    const actual = /^[0-9a-f]{64}/.exec(stdout)?.[0];
    if (exitCode !== 0 || actual === undefined) {
      return `${node.instanceId}: cannot read ${url}: ${reasonOf(stdout, stderr, exitCode)}`;
    }
    return actual === sha256 ? undefined : `${url} has the SHA-256 ${actual}, and the stack names ${sha256}`;
  }

  return {
    async launchProblem(templateVersion) {
      const problems = await Promise.all((await subnets()).map((subnet) => dryRun(templateVersion, subnet)));
      return problems.filter((problem) => problem !== undefined).join("; ") || undefined;
    },
    async secretProblem(arn) {
      try {
        const secret = await clients.secrets.send(new DescribeSecretCommand({ SecretId: arn }));
        return secret.DeletedDate === undefined ? undefined : `${arn} is scheduled for deletion`;
      } catch (thrown) {
        if (awsErrorName(thrown) === "ResourceNotFoundException") return `${arn} does not exist`;
        return `${arn}: ${refusal(awsError("DescribeSecret", thrown))}`;
      }
    },
    nodeSecretProblem: (node, arn) =>
      onNode(
        node,
        // The value is read as it is at boot; only its ARN is printed.
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
    async nodeSourceProblem(node, { url, sha256 }) {
      if (sha256 !== undefined) return digestProblem(node, url, sha256);
      const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(url) ?? [];
      if (bucket !== undefined && key !== undefined) {
        const head = ["aws", "s3api", "head-object", "--bucket", bucket, "--key", key, "--query", "ContentLength"];
        return onNode(node, head, `cannot read ${url}`);
      }
      const through = proxyUrl === undefined ? [] : ["--proxy", proxyUrl];
      const curl = ["curl", "--fail", "--silent", "--show-error", "--location", "--proto", "=https", ...through];
      const quiet = ["--max-time", "20", "--output", "/dev/null"];
      const head = await onNode(node, [...curl, ...quiet, "--head", url], `cannot reach ${url}`);
      // Some servers do not support HEAD; the first byte is enough.
      return head && onNode(node, [...curl, ...quiet, "--range", "0-0", url], `cannot reach ${url}`);
    },
  };
}

/** A refusal by AWS is an answer. A passing failure, or missing credentials, is not. */
function refusal(error: RepaveError): string {
  if (error.code !== "AWS_REFUSED") throw error;
  return error.detail;
}
