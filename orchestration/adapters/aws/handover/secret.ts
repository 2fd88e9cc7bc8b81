import { GetInstanceProfileCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateSecretCommand, DescribeSecretCommand, PutResourcePolicyCommand } from "@aws-sdk/client-secrets-manager";
import { TAGS } from "../../../../infra/contract";
import { type AwsClients, type AwsOptions, clientConfig } from "../clients";
import { callAws, findInAws } from "../errors";

export interface HandoverOptions {
  readonly clients: Pick<AwsClients, "secrets">;
  readonly aws: AwsOptions;
  /** Of the stack, as its resources are named. */
  readonly stack: string;
  /** Name of the instance profile of its nodes. */
  readonly instanceProfile: string;
  /** Key of the secret; undefined: the account's own. */
  readonly kmsKeyArn: string | undefined;
  /** What is kept in it. Default: the variables of containers. */
  readonly kind?: HandedOver;
}

/** Secrets that nodes write. */
export type HandedOver = "variables" | "settings";

/** A secret that nodes write once and read from then on. Calls throw as `callAws`. */
export interface Handover {
  readonly name: string;
  /** The secret's ARN. It is made, without a value, where there is none. */
  prepare(): Promise<string>;
  /** ARN of the role of the nodes. */
  role(): Promise<string>;
  /** Lets the role read the secret and, while `write` is asked for, write it. What the role may do elsewhere stays as it is. */
  allow(secretArn: string, role: string, how: "write" | "read"): Promise<void>;
}

/** Name of the secret with what a stack's nodes have of secrets. */
export const secretName = (stack: string, kind: HandedOver = "variables"): string => `tfe-repave/${stack}/${kind}`;

export function awsHandover({
  clients,
  aws,
  stack,
  instanceProfile,
  kmsKeyArn,
  kind = "variables",
}: HandoverOptions): Handover {
  const { secrets } = clients;
  const name = secretName(stack, kind);
  return {
    name,
    async prepare() {
      const known = await findInAws("DescribeSecret", ["ResourceNotFoundException"], () =>
        secrets.send(new DescribeSecretCommand({ SecretId: name })),
      );
      if (known?.ARN !== undefined) return known.ARN;
      const made = await callAws("CreateSecret", () =>
        secrets.send(
          new CreateSecretCommand({
            Name: name,
            Description: `Secret ${kind} of Terraform Enterprise, stack ${stack}: written by a node, read by nodes`,
            ...(kmsKeyArn === undefined ? {} : { KmsKeyId: kmsKeyArn }),
            Tags: [{ Key: TAGS.stack, Value: stack }],
          }),
        ),
      );
      return made.ARN ?? "";
    },
    async role() {
      const iam = new IAMClient(clientConfig(aws));
      try {
        const { InstanceProfile: profile } = await callAws("GetInstanceProfile", () =>
          iam.send(new GetInstanceProfileCommand({ InstanceProfileName: instanceProfile })),
        );
        return profile?.Roles?.[0]?.Arn ?? "";
      } finally {
        iam.destroy();
      }
    },
    async allow(secretArn, role, how) {
      await callAws("PutResourcePolicy", () =>
        secrets.send(
          new PutResourcePolicyCommand({
            SecretId: secretArn,
            ResourcePolicy: JSON.stringify(policy(role, how)),
            BlockPublicPolicy: true,
          }),
        ),
      );
    },
  };
}

/** The policy of the secret itself: it ends with the secret, and no role keeps a permission that it needed once. */
const policy = (role: string, how: "write" | "read") => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "NodesOfTheStack",
      Effect: "Allow",
      Principal: { AWS: role },
      Action: ["secretsmanager:GetSecretValue", ...(how === "write" ? ["secretsmanager:PutSecretValue"] : [])],
      Resource: "*",
    },
  ],
});
