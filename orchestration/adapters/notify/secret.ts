import type { AwsOptions } from "../aws/clients";
import { awsError } from "../aws/errors";
import { readSecret } from "../aws/secret";
import { Undeliverable } from "./channel";

/** The text of a secret in Secrets Manager, read at the first use and kept; what failed is tried again at the next. */
export function secretText(arn: string, options: AwsOptions = {}): () => Promise<string> {
  let known: string | undefined;
  return async () => {
    known ??= await readSecret(arn, options).catch((thrown: unknown) => {
      throw new Undeliverable(awsError("GetSecretValue", thrown).detail, false);
    });
    if (known !== "") return known;
    known = undefined;
    throw new Undeliverable("its secret is empty or binary", true);
  };
}
