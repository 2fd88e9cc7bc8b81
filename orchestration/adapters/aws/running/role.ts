import { GetInstanceProfileCommand, IAMClient } from "@aws-sdk/client-iam";
import { rememberPlace } from "../asked";
import { type AwsOptions, clientConfig } from "../clients";
import { callAws } from "../errors";

/** ARN of the role of an instance profile. Undefined: it has none. */
export async function roleArnOf(profile: string, aws: AwsOptions): Promise<string | undefined> {
  const iam = new IAMClient(clientConfig(aws));
  rememberPlace(iam, aws);
  try {
    const command = new GetInstanceProfileCommand({ InstanceProfileName: profile });
    const answer = await callAws("GetInstanceProfile", () => iam.send(command));
    return answer.InstanceProfile?.Roles?.[0]?.Arn;
  } finally {
    iam.destroy();
  }
}
