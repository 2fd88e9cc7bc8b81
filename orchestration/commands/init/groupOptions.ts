import { type Command, Option } from "commander";

/** How a running fleet is read. */
export interface GroupOptions {
  readonly fromGroup?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly json?: boolean;
  /** A node by its id; true: any that is in service. */
  readonly readNode?: string | true;
  readonly sshUser?: string;
  readonly sshConfig?: string;
  readonly yes?: boolean;
}

const RUNNING = "A stack for a fleet that runs:";

export const withGroupOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        "--from-group <name>",
        "read this Auto Scaling group and what belongs to it; changes nothing",
      ).helpGroup(RUNNING),
    )
    .addOption(new Option("--profile <name>", "profile of the AWS configuration").helpGroup(RUNNING))
    .addOption(
      new Option(
        "--read-node [id]",
        "also read the settings of a running node, with a script that prints no secret (at a terminal: asked)",
      ).helpGroup(RUNNING),
    )
    .addOption(new Option("--ssh-user <name>", "reach the node with OpenSSH instead of SSM").helpGroup(RUNNING))
    .addOption(new Option("--ssh-config <file>", "configuration of OpenSSH's client").helpGroup(RUNNING))
    .addOption(
      new Option(
        "-y, --yes",
        "read a node, and have it write its secret settings into a secret, without being asked",
      ).helpGroup(RUNNING),
    );
