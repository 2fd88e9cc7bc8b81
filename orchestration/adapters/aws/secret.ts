import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type AwsOptions, clientConfig } from "./clients";
import { callAws } from "./errors";

/**
 * Reads the text of a secret in the secret's own region, once and without patience. "": empty or binary. Errors as of `callAws`.
 */
export async function readSecret(arn: string, options: AwsOptions = {}): Promise<string> {
  const region = arn.split(":")[3] ?? "";
  const requestHandler = { connectionTimeout: 2_000, requestTimeout: 4_000 };
  const client = new SecretsManagerClient({ ...clientConfig({ ...options, region }), maxAttempts: 1, requestHandler });
  try {
    const command = new GetSecretValueCommand({ SecretId: arn });
    const { SecretString: text = "" } = await callAws("GetSecretValue", () => client.send(command));
    return text.trim();
  } finally {
    client.destroy();
  }
}
