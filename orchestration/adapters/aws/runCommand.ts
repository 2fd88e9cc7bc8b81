import {
  CancelCommandCommand,
  GetCommandInvocationCommand,
  type GetCommandInvocationCommandOutput,
  SendCommandCommand,
} from "@aws-sdk/client-ssm";
import type { AwsClients } from "./clients";
import { findInAws } from "./errors";

/** The state of a command on one instance, as SSM reports it. */
export type Invocation = GetCommandInvocationCommandOutput;

export interface SentCommand {
  readonly instanceId: string;
  /** One line of shell. */
  readonly line: string;
  /** Seconds after which the agent ends the command (`executionTimeout`). */
  readonly executionSeconds: number;
  /** Seconds within which the agent must fetch the command (`TimeoutSeconds`). */
  readonly deliverySeconds: number;
}

/** The calls of SSM Run Command, one to one. Errors as of `callAws`. */
export interface RunCommand {
  /** Returns the command's id. Undefined: the instance is not running, or its agent has not registered. */
  send(command: SentCommand): Promise<string | undefined>;
  /** Undefined: SSM does not know the command yet, which is usual right after sending. */
  invocation(instanceId: string, id: string): Promise<Invocation | undefined>;
  /** Best effort: never throws. */
  cancel(instanceId: string, id: string): Promise<void>;
}

export const ssmRunCommand = ({ ssm }: Pick<AwsClients, "ssm">): RunCommand => ({
  async send({ instanceId, line, executionSeconds, deliverySeconds }) {
    const command = new SendCommandCommand({
      DocumentName: "AWS-RunShellScript",
      InstanceIds: [instanceId],
      Parameters: { commands: [line], executionTimeout: [String(executionSeconds)] },
      TimeoutSeconds: deliverySeconds,
      Comment: "tfe-repave",
    });
    const sent = await findInAws("SendCommand", ["InvalidInstanceId"], () => ssm.send(command));
    return sent?.Command?.CommandId;
  },
  invocation: (instanceId, id) =>
    findInAws("GetCommandInvocation", ["InvocationDoesNotExist", "InvalidCommandId"], () =>
      ssm.send(new GetCommandInvocationCommand({ CommandId: id, InstanceId: instanceId })),
    ),
  async cancel(instanceId, id) {
    await ssm.send(new CancelCommandCommand({ CommandId: id, InstanceIds: [instanceId] })).catch(() => undefined);
  },
});
