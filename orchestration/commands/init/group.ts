import { type Command, Option } from "commander";
import { lazily } from "../../adapters/machine/lazy";
import { ambiguities, type Ambiguous, type Chosen, groupEntries } from "../../init/fromGroup";
import type { Entry } from "../../init/stackFile";
import { readUserData } from "../../init/userData/read";
import type { Questions } from "../../ports/questions";
import type * as wiring from "../../wiring/project/runningFleet";
import type { Io } from "../io";

export interface GroupOptions {
  readonly fromGroup?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly json?: boolean;
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
    .addOption(new Option("--profile <name>", "profile of the AWS configuration").helpGroup(RUNNING));

/** What a stack for a running fleet needs, read from AWS. What is ambiguous is asked where somebody is there, else left open. */
export async function groupStack(
  group: string,
  options: GroupOptions,
  questions: Questions,
  io: Io,
): Promise<readonly Entry[]> {
  const { openRunningFleet } = lazily("../../wiring/project/runningFleet", __filename) as typeof wiring;
  const fleet = await openRunningFleet({ ...options, note: (line) => io.err(line) }, (port) => port.read(group));
  const data = readUserData(fleet.template.userData);
  if (!data.readable) io.err("the launch template has no user data that can be read");
  const asks = questions.possible && options.json !== true;
  const chosen = asks ? await choose(ambiguities(fleet, data), questions) : {};
  const profile: readonly Entry[] =
    options.profile === undefined ? [] : [{ key: "aws:profile", value: options.profile, comment: "As you gave it." }];
  const entries = groupEntries(fleet, data, chosen);
  return [...entries.slice(0, 1), ...profile, ...entries.slice(1)];
}

async function choose(open: readonly Ambiguous[], questions: Questions): Promise<Chosen> {
  let targetGroupArn: string | undefined;
  const secrets: Record<string, string> = {};
  for (const { key, question, values } of open) {
    const choices = values.map((value) => ({ value, title: value }));
    const answer = await questions.choose(question, choices);
    if (key === "targetGroupArn") targetGroupArn = answer;
    else secrets[key] = answer;
  }
  return { secrets, ...(targetGroupArn === undefined ? {} : { targetGroupArn }) };
}
