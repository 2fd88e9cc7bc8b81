import { lazily } from "../../adapters/machine/lazy";
import { nodeFacts } from "../../init/fromNode";
import { ambiguities, type Ambiguous, type Chosen, groupEntries } from "../../init/fromGroup";
import type { Entry } from "../../init/stackFile";
import { readUserData } from "../../init/userData/read";
import type { Questions } from "../../ports/questions";
import type * as wiring from "../../wiring/project/runningFleet";
import type { Io } from "../io";
import type { GroupOptions } from "./groupOptions";
import { nodeOf, settingsSecret } from "./node";

/** What a stack for a running fleet needs, read from AWS. What is ambiguous is asked where somebody is there, else left open. */
export async function groupStack(
  stackName: string,
  group: string,
  options: GroupOptions,
  questions: Questions,
  io: Io,
): Promise<readonly Entry[]> {
  const { openRunningFleet } = lazily("../../wiring/project/runningFleet", __filename) as typeof wiring;
  return openRunningFleet({ ...options, note: (line) => io.err(line) }, async (open) => {
    const fleet = await open.read(group);
    const data = readUserData(fleet.template.userData);
    if (!data.readable) io.err("the launch template has no user data that can be read");
    const asks = questions.possible && options.json !== true;
    const asking = { stackName, options, open, io, questions: asks ? questions : undefined };
    const asked = await nodeOf(fleet, data, asking);
    const facts = asked && nodeFacts(asked.node);
    const chosen = asks ? await choose(ambiguities(fleet, data), questions) : {};
    const written = asked && facts && (await settingsSecret(fleet, data, { asked, facts }, asking));
    const entries = groupEntries(fleet, data, { ...chosen, ...(written === undefined ? {} : { written }) }, facts);
    return [...entries.slice(0, 1), ...given(options), ...entries.slice(1)];
  });
}

/** What the operator said of the place and of the way to the nodes. */
function given({ profile, sshUser, sshConfig }: GroupOptions): readonly Entry[] {
  const comment = "As you gave it.";
  return [
    ...(profile === undefined ? [] : [{ key: "aws:profile" as const, value: profile, comment }]),
    ...(sshUser === undefined && sshConfig === undefined ? [] : [{ key: "transport" as const, value: "ssh", comment }]),
    ...(sshUser === undefined ? [] : [{ key: "sshUser" as const, value: sshUser, comment }]),
    ...(sshConfig === undefined ? [] : [{ key: "sshConfigFile" as const, value: sshConfig, comment }]),
  ];
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
