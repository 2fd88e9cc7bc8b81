/** A node of a fleet that other code built, asked before there is a stack. */
import { awsHandover, secretName } from "../../adapters/aws/handover/secret";
import { addressOf } from "../../adapters/aws/running/address";
import { systemClock } from "../../adapters/machine/clock";
import type { AwsClients } from "../../adapters/aws/clients";
import type { AwsPlace } from "../../../infra/awsSdk";
import { RepaveError } from "../../domain/errors";
import type { UserDataFacts } from "../../init/userData/read";
import type { Dialect, DialectOptions } from "../../dialects/dialect";
import type { NodeAddress, NodeShell } from "../../ports/nodeShell";
import type { RunningNode } from "../../ports/runningNode";
import { handSecretsOver } from "../move/handingOver";
import { nodeShells } from "../nodeShells";
import { DIALECTS } from "../packagings";
import { plainStackName } from "../stacks";

/** How commands reach nodes of a fleet that has no stack yet. */
export interface NodeReach {
  readonly stackName: string;
  /** Login name of OpenSSH; undefined: over Systems Manager. */
  readonly sshUser?: string | undefined;
  readonly sshConfigFile?: string | undefined;
}

/** What is said of a node, and what it can be asked to do. */
export interface AskedNode {
  readonly node: RunningNode;
  /** Names of the settings that a new node would lack which reads this secret and is given these besides. No value is read. */
  missing(secretArn: string, given: readonly string[]): Promise<readonly string[]>;
  /** Name of the secret that `keep` writes. */
  readonly secretName: string;
  /**
   * Has the node write these settings into a secret of the stack's, which its role may read from then on. Resolves to its ARN. Throws
   * `MOVE_SECRET_REFUSED` with the commands that permit it, `NODE_COMMAND_FAILED`.
   */
  keep(names: readonly string[], instanceProfile: string, again: string): Promise<string>;
}

/** Asks that node. Throws `NODE_UNREACHABLE`, `NODE_COMMAND_TIMEOUT`, `NODE_ANSWER_UNREADABLE`. */
export async function askNode({ clients, aws, instanceId, data, reach }: AskOptions): Promise<AskedNode> {
  const { stackName, sshUser, sshConfigFile } = reach;
  const transport = sshUser === undefined && sshConfigFile === undefined ? "ssm" : "ssh";
  const config = { sshUser, sshConfigFile, sshHostKeys: "console" as const };
  const clock = systemClock();
  const { shell } = nodeShells({ stackName, transport, config, clients, clock, aws });
  const address = await addressOf(clients.ec2, instanceId);
  const { node, options, dialect, missing } = await firstThatAnswers(shell, address, data);
  const stack = plainStackName(stackName);
  return {
    node,
    missing,
    secretName: secretName(stack, "settings"),
    keep: (names, instanceProfile, again) =>
      handSecretsOver({
        handover: awsHandover({ clients, aws, stack, instanceProfile, kmsKeyArn: undefined, kind: "settings" }),
        write: (secretArn) => dialect.keepSettings(shell, options, address, { secretArn, names }),
        clock,
        instanceId,
        again,
      }),
  };
}

/** A node that answered in one dialect. */
interface Answered extends Pick<AskedNode, "node" | "missing"> {
  readonly dialect: Dialect;
  readonly options: DialectOptions;
}

export interface AskOptions {
  readonly clients: AwsClients;
  readonly aws: AwsPlace;
  readonly instanceId: string;
  /** What made the node. */
  readonly data: UserDataFacts;
  readonly reach: NodeReach;
}

/** User data that names no release does not always say how the application is packaged: the node knows. */
async function firstThatAnswers(shell: NodeShell, address: NodeAddress, data: UserDataFacts): Promise<Answered> {
  const likely = data.release?.kind === "sequence" ? "replicated" : data.release && "fdo";
  const dialects = [...DIALECTS].sort(
    (one, other) => Number(other.packaging === likely) - Number(one.packaging === likely),
  );
  let unread: unknown;
  for (const dialect of dialects)
    try {
      return await ask(dialect, shell, address, data);
    } catch (thrown) {
      if (!(thrown instanceof RepaveError) || thrown.code !== "NODE_ANSWER_UNREADABLE") throw thrown;
      unread ??= thrown;
    }
  throw unread;
}

async function ask(dialect: Dialect, shell: NodeShell, address: NodeAddress, data: UserDataFacts): Promise<Answered> {
  const options: DialectOptions = {
    containerRuntime: data.runtime,
    ...(data.release?.kind === "image" ? { imageRepository: data.release.repository } : {}),
    ...(data.hostname === undefined ? {} : { hostname: data.hostname }),
  };
  const tfe = dialect.node(shell, options);
  const settings = await tfe.settings(address);
  const runs = data.release ? undefined : (await tfe.observe({ made: true, value: address })).release;
  return {
    dialect,
    options,
    node: {
      instanceId: address.instanceId,
      packaging: dialect.packaging,
      release: runs && dialect.keys.keysOf(runs),
      settings,
      facts: dialect.facts.settings,
    },
    missing: (secretArn, given) => tfe.missingSettings(address, secretArn, given),
  };
}
