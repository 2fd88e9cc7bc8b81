import { z } from "zod";
import { CONTRACT_VERSION, type StackOutputs } from "../../../infra/contract";
import { RepaveError } from "../../domain/errors";

/** What an older program exported besides is left out. */
const OUTPUTS = z.object({
  contract: z
    .int()
    .max(CONTRACT_VERSION, {
      error: `a newer version of this project built the stack; this one reads outputs up to version ${CONTRACT_VERSION}. Update this checkout`,
    })
    .exactOptional(),
  groupName: z.string(),
  launchTemplateId: z.string(),
  latestTemplateVersion: z.int(),
  activeTemplateVersion: z.int(),
  releaseSequence: z.int().exactOptional(),
  imageTag: z.string().exactOptional(),
  imageDigest: z.string().exactOptional(),
  containerRuntime: z.enum(["docker", "podman"]).exactOptional(),
  image: z.string(),
  nodeCount: z.int(),
  targetGroupArn: z.string(),
  healthCheckUrl: z.string(),
  transport: z.enum(["ssm", "ssh"]),
  appConfig: z.record(z.string(), z.string()),
  services: z.object({ databaseId: z.string(), bucket: z.string(), settingsSecretArn: z.string() }).exactOptional(),
}) satisfies z.ZodType<StackOutputs>;

/**
 * A stack's outputs as the engine prints them; undefined where it was never built. Throws `STACK_NOT_BUILT` where they are not those of the
 * contract.
 */
export function parseOutputs(stackName: string, outputs: unknown): StackOutputs | undefined {
  if (Object.keys(outputs as object).length === 0) return undefined;
  const parsed = OUTPUTS.safeParse(outputs);
  if (parsed.success) return parsed.data;
  throw new RepaveError("STACK_NOT_BUILT", `outputs of ${stackName}: ${z.prettifyError(parsed.error)}`);
}
