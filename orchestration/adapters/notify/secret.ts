import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { AwsOptions } from "../aws/clients";
import { awsError } from "../aws/errors";
import { Undeliverable } from "./channel";

/** The text of a secret in Secrets Manager, read at the first use and kept; what failed is tried again at the next. */
export function secretText(arn: string, options: AwsOptions = {}): () => Promise<string> {
  let known: string | undefined;
  return async () => {
    if (known !== undefined) return known;
    const region = arn.split(":")[3] ?? "";
    const requestHandler = { connectionTimeout: 2_000, requestTimeout: 4_000 };
    const client = new SecretsManagerClient({ ...options, region, maxAttempts: 1, requestHandler });
    try {
      const { SecretString: text = "" } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
      known = text.trim();
    } catch (thrown) {
      throw new Undeliverable(awsError("GetSecretValue", thrown).detail, false);
    } finally {
      client.destroy();
    }
    if (known !== "") return known;
    known = undefined;
    throw new Undeliverable("its secret is empty or binary", true);
  };
}
