import { answer, type Answer } from "../adapters/reporters/schema/answers";
import { RepaveError } from "../domain/errors";
import type { SettingFacts } from "../domain/settings";
import { captureSettings } from "../operations/appConfig/capture";
import { compareSettings, type Difference } from "../operations/appConfig/compare";
import { getSettings } from "../operations/appConfig/get";
import { setOn } from "../operations/appConfig/set";
import { masked } from "../operations/masking";
import { EXIT_CODES } from "./exitCodes";
import type { Io } from "./io";
import { onTarget } from "./onTarget";
import { operateOn, operationOptions, type OperationCommandOptions } from "./operation";
import { examples, onNodes, type Verb } from "./verb";

export interface AppConfigOptions extends OperationCommandOptions {
  readonly reveal?: boolean;
}

type Action = (words: readonly string[], options: AppConfigOptions, io: Io) => Promise<number>;

const ACTIONS: Readonly<Record<string, Action>> = { get, set, diff, capture };

/** Runs `app-config`: shows and changes the application's settings. Resolves to the exit code. Throws `USAGE`. */
export function appConfigCommand(words: readonly string[], options: AppConfigOptions, io: Io): Promise<number> {
  const [name = "", ...rest] = words;
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (!action) throw new RepaveError("USAGE", `unknown action ${name}. Use one of ${Object.keys(ACTIONS).join(", ")}`);
  if (options.node !== undefined && name !== "get")
    throw new RepaveError("USAGE", "--node works with `get` only: the nodes of a fleet share their settings");
  return action(rest, options, io);
}

function get(words: readonly string[], options: AppConfigOptions, io: Io): Promise<number> {
  const [key, ...surplus] = words;
  if (surplus.length > 0) throw new RepaveError("USAGE", "usage: app-config get [KEY]");
  return onTarget(options, io, async ({ ports }) => {
    const { node: nodes, reveal = false } = options;
    for (const { instanceId, settings } of await getSettings(ports, { key, nodes, reveal })) {
      if (options.json === true) {
        io.out(JSON.stringify(answer("app-config", { instanceId, settings })));
        continue;
      }
      io.out(instanceId);
      const width = Math.max(...Object.keys(settings).map((each) => each.length));
      for (const [each, value] of Object.entries(settings)) io.out(`  ${each.padEnd(width)}  ${value ?? "(not set)"}`);
    }
    return 0;
  });
}

function set(words: readonly string[], options: AppConfigOptions, io: Io): Promise<number> {
  const [key, value, ...surplus] = words;
  if (key === undefined || value === undefined || surplus.length > 0)
    throw new RepaveError("USAGE", "usage: app-config set KEY VALUE");
  return operateOn(
    options,
    io,
    (seen, { ports }) => setOn(seen, ports, { key, value }),
    ({ outcome }, { stackName }) => {
      if (outcome !== "done" || options.json === true) return;
      io.out(`  ${key} is lost when a node is next rebuilt. To keep it:`);
      io.out(`  npm run app-config -- capture ${key} --stack ${stackName}`);
    },
  );
}

function diff(words: readonly string[], options: AppConfigOptions, io: Io): Promise<number> {
  if (words.length > 0) throw new RepaveError("USAGE", "app-config diff takes no argument");
  return onTarget(options, io, async ({ ports }) => {
    const facts = ports.tfe.facts.settings;
    const { differences, nodes } = await compareSettings(ports);
    if (options.json === true)
      io.out(
        JSON.stringify(answer("app-config.diff", { differences: differences.map((each) => hidden(facts, each)) })),
      );
    else if (differences.length === 0)
      io.out(`no difference: ${nodes.length} nodes have the settings of their build and of the next one`);
    else for (const each of differences) io.out(sentence(facts, each));
    return differences.every(({ kept }) => kept) ? EXIT_CODES.done : EXIT_CODES.failed;
  });
}

/** Masks secret values. */
function hidden(facts: SettingFacts, difference: Difference): Answer<"app-config.diff">["differences"][number] {
  const { key, stack } = difference;
  const nodes = Object.entries(difference.nodes).map(([id, value]) => [id, masked(facts, key, value) ?? null] as const);
  return { ...difference, nodes: Object.fromEntries(nodes), stack: masked(facts, key, stack) ?? null };
}

function sentence(facts: SettingFacts, { key, nodes, stack, changedOn, nodesDiffer, kept }: Difference): string {
  const shown = (value: string | undefined): string => masked(facts, key, value) ?? "(not set)";
  const values = Object.entries(nodes).map(([id, value]) => `${id} ${shown(value)}`);
  const why = [
    ...(nodesDiffer ? ["the nodes differ"] : []),
    ...(changedOn.length > 0 ? ["changed since the node was built"] : []),
    ...(stack !== undefined ? [kept ? "the next build keeps it" : "the next build uses the stack's value"] : []),
    ...(stack === undefined && changedOn.length > 0 ? ["the next build loses it"] : []),
  ];
  return `${key}: ${values.join(", ")}; stack ${stack === undefined ? "(not set)" : shown(stack)}: ${why.join(", ")}`;
}

function capture(words: readonly string[], options: AppConfigOptions, io: Io): Promise<number> {
  return onTarget(options, io, async (target) => {
    const { settings, secrets } = await captureSettings(words, operationOptions(target, options, io));
    const { stackFile, stackName, isLab } = target;
    if (options.json === true) io.out(JSON.stringify(answer("app-config.captured", { settings, secrets, stackFile })));
    else if (Object.keys(settings).length > 0) {
      io.out(`${stackFile} now has, under tfe:appConfig:`);
      for (const [key, value] of Object.entries(settings)) io.out(`  ${key}: ${JSON.stringify(value)}`);
      io.out(
        `The next build uses it.${isLab ? "" : " Commit the file."} To see what changes: npm run plan -- --stack ${stackName}`,
      );
    } else if (secrets.length === 0) io.out("Nothing to capture: the next build keeps every setting.");
    if (secrets.length > 0)
      io.err(`Not captured, because they are secrets: ${secrets.join(", ")}. Put them into the settings secret.`);
    return secrets.length > 0 ? 1 : 0;
  });
}

export const appConfigVerb: Verb = {
  name: "app-config",
  acts: true,
  register({ io, verb, exit }) {
    onNodes(verb("Show, change and keep the application's settings."))
      .argument("<words...>", "get [KEY], set KEY VALUE, diff, or capture [KEY…] (saves to the stack's appConfig)")
      .option("--reveal", "with get: show secrets as well")
      .option("-y, --yes", "do not ask before starting")
      .addHelpText(
        "after",
        examples(
          "npm run app-config -- get capacity_concurrency --stack production",
          "npm run app-config -- set capacity_concurrency 20 --stack production",
          "npm run app-config -- diff --stack production",
          "npm run app-config -- capture --stack production",
        ),
      )
      .action(async (words: readonly string[], options: AppConfigOptions) =>
        exit(await appConfigCommand(words, options, io)),
      );
  },
};
