import { RepaveError } from "../../domain/errors";
import type { UserDataFacts } from "../../init/userData/read";
import type { Questions } from "../../ports/questions";
import type { NodeFacts } from "../../init/fromNode";
import type { RunningFleet } from "../../ports/runningFleet";
import type { AskedNode, OpenFleet } from "../../wiring/project/runningFleet";
import type { Io } from "../io";
import type { GroupOptions } from "./groupOptions";

/** With what a node is asked. */
export interface Asking {
  /** Of the stack that the file is for. */
  readonly stackName: string;
  readonly options: GroupOptions;
  readonly open: Pick<OpenFleet, "ask">;
  /** Undefined: nobody can be asked. */
  readonly questions: Questions | undefined;
  readonly io: Pick<Io, "err">;
}

/**
 * Asks a running node for its settings, where the operator wants it. Undefined: not wanted, or no node could be asked, which is said.
 * With `--read-node` a node that cannot be asked fails the command. Throws `USAGE` for a node that is not in service in the group.
 */
export async function nodeOf(
  { group }: RunningFleet,
  data: UserDataFacts,
  { stackName, options, open, questions, io }: Asking,
): Promise<AskedNode | undefined> {
  const { readNode } = options;
  const named = typeof readNode === "string" ? readNode : undefined;
  if (named !== undefined && !group.nodes.includes(named))
    throw new RepaveError(
      "USAGE",
      `--read-node ${named}: the group has ${group.nodes.join(", ") || "no node in service"}`,
    );
  const instanceId = named ?? group.nodes[0];
  if (instanceId === undefined) {
    if (readNode !== undefined) throw new RepaveError("USAGE", `--read-node: ${group.name} has no node in service`);
    return undefined;
  }
  if (readNode === undefined && options.yes !== true && !(await agreed(instanceId, options, questions)))
    return undefined;
  const { sshUser, sshConfig } = options;
  try {
    io.err(`reading the settings of ${instanceId}`);
    return await open.ask({ instanceId, data, reach: { stackName, sshUser, sshConfigFile: sshConfig } });
  } catch (thrown) {
    if (readNode !== undefined || !(thrown instanceof RepaveError)) throw thrown;
    io.err(`${instanceId} was not read: ${thrown.detail}`);
    return undefined;
  }
}

async function agreed(instanceId: string, options: GroupOptions, questions: Questions | undefined): Promise<boolean> {
  if (!questions) return false;
  const way = options.sshUser === undefined && options.sshConfig === undefined ? "SSM" : "SSH";
  const question = `Read the settings of ${instanceId} over ${way}? A script runs there as root. It changes nothing, and no secret leaves the node`;
  const answer = await questions.choose(question, [
    { value: "yes", title: "Yes" },
    { value: "no", title: "No: leave open what AWS does not say" },
  ]);
  return answer === "yes";
}

/**
 * What becomes of the secret settings of a node that was asked. Where the user data names no secret with settings, the node writes them
 * into one, if the operator agrees. Shows the operator what the secret lacks. Resolves to the ARN of a secret that was written.
 */
export async function settingsSecret(
  fleet: RunningFleet,
  data: UserDataFacts,
  read: Read,
  asking: Asking,
): Promise<string | undefined> {
  const found = data.secrets.settingsSecretArn ?? [];
  const written = found.length === 0 ? await write(fleet, read, asking) : undefined;
  const arn = written ?? (found.length === 1 ? found[0] : undefined);
  if (arn !== undefined) await tellWhatLacks(arn, read, asking.io);
  return written;
}

/** A node that was asked, and what came of it. */
interface Read {
  readonly asked: AskedNode;
  readonly facts: NodeFacts;
}

async function write(
  { group, template }: RunningFleet,
  { asked, facts }: Read,
  { stackName, options, questions, io }: Asking,
): Promise<string | undefined> {
  if (template.profile === undefined || facts.secrets.length === 0) return undefined;
  if (options.yes !== true && !(await mayWrite(asked, facts, questions))) return undefined;
  const again = `npm run init -- --from-group ${group.name} --stack ${stackName} --read-node ${facts.instanceId} --yes`;
  const arn = await asked.keep(facts.secrets, template.profile, again);
  io.err(`${facts.instanceId} wrote ${facts.secrets.join(", ")} into ${arn}`);
  return arn;
}

async function tellWhatLacks(arn: string, { asked, facts }: Read, io: Asking["io"]): Promise<void> {
  const { instanceId, plain, plainKey } = facts;
  try {
    const lacking = await asked.missing(arn, Object.keys(plain));
    if (lacking.length > 0)
      io.err(`a new node would lack ${lacking.join(", ")}: neither in ${arn} nor in tfe:${plainKey}`);
  } catch (thrown) {
    if (!(thrown instanceof RepaveError)) throw thrown;
    io.err(`${instanceId} could not compare its settings with ${arn}: ${thrown.detail}`);
  }
}

async function mayWrite(
  { secretName }: AskedNode,
  { instanceId, secrets }: NodeFacts,
  questions: Questions | undefined,
): Promise<boolean> {
  if (!questions) return false;
  const question = `Have ${instanceId} write ${secrets.join(", ")} into a new secret ${secretName}? The values go from the node to Secrets Manager, and nowhere else`;
  const answer = await questions.choose(question, [
    { value: "yes", title: "Yes: the secret's own policy lets the nodes' role write it now, and read it from then on" },
    { value: "no", title: "No: I make the secret myself" },
  ]);
  return answer === "yes";
}
