import { type EC2Client, GetConsoleOutputCommand } from "@aws-sdk/client-ec2";
import { findInAws } from "./errors";

/** Instance types before Nitro have no latest output. */
const NO_LATEST = ["UnsupportedOperation"];

/**
 * Returns the console output of an instance: what EC2 kept of its last start (`boot`), or what its console says now (`latest`).
 * EC2 guarantees the former for an hour only, and has the latter for Nitro instances only. Both are 64 KB at most. "": none.
 */
export async function consoleOutput(ec2: EC2Client, instanceId: string, which: "boot" | "latest"): Promise<string> {
  const command = new GetConsoleOutputCommand({
    InstanceId: instanceId,
    ...(which === "latest" ? { Latest: true } : {}),
  });
  const answer = await findInAws("GetConsoleOutput", which === "latest" ? NO_LATEST : [], () => ec2.send(command));
  return Buffer.from(answer?.Output ?? "", "base64").toString("utf8");
}
