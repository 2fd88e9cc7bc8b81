import type { Command } from "commander";
import { answer, type Answer } from "../adapters/reporters/schema/answers";
import { RepaveError } from "../domain/errors";
import { captureSettings } from "../operations/appConfig/capture";
import { compareSettings, type Difference } from "../operations/appConfig/compare";
import { getSettings, type ShownSettings } from "../operations/appConfig/get";
import { setOn } from "../operations/appConfig/set";
import { HIDDEN, masked } from "../operations/masking";
import { EXIT_CODES } from "./parts/exitCodes";
import type { Io, StackOptions } from "./io";
import { onTarget } from "./parts/onTarget";
import { operateOn, operationOptions, type OperationCommandOptions } from "./parts/operation";
import { asking, onNodes, onStack } from "./options";
import { settingsTable } from "./parts/settingsTable";
import { examples, seeHelp, type Verb } from "./parts/verb";

export interface AppConfigOptions extends OperationCommandOptions {
  readonly reveal?: boolean;
}

/** `app-config get`: shows settings, of every node. Resolves to the exit code. */
function get(key: string | undefined, options: AppConfigOptions, io: Io): Promise<number> {
  if (options.reveal === true && key === undefined)
    throw new RepaveError("USAGE", "--reveal needs a setting: app-config get KEY --reveal");
  return onTarget(options, io, async ({ ports, byHand }) => {
    const nodes = await getSettings(ports, { key, nodes: options.node });
    const secret = nodes.find(({ settings }) => key !== undefined && masked(settings[key]) === HIDDEN);
    const how = secret && byHand(secret.address, ports.tfe.revealing(key ?? ""));
    if (options.reveal === true && how !== undefined)
      throw new RepaveError("USAGE", `a secret stays on its node. To see ${key ?? ""} there: ${how}`);
    if (options.json === true) for (const each of nodes) io.out(JSON.stringify(answer("app-config", shownOn(each))));
    else for (const line of settingsTable(nodes)) io.out(line);
    if (how !== undefined) io.err(`  To see it: ${how}`);
    return EXIT_CODES.done;
  });
}

const shownOn = ({ instanceId, settings }: ShownSettings): Answer<"app-config"> => ({
  instanceId,
  settings: Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, masked(value) ?? null])),
});

/** `app-config set`: changes a setting and restarts one node after the other. Resolves to the exit code. */
function set(key: string, value: string, options: OperationCommandOptions, io: Io): Promise<number> {
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

/** `app-config diff`: 0 where the next build keeps every setting, else 1. */
function diff(options: StackOptions, io: Io): Promise<number> {
  return onTarget(options, io, async ({ ports }) => {
    const { differences, nodes } = await compareSettings(ports);
    if (options.json === true)
      io.out(JSON.stringify(answer("app-config.diff", { differences: differences.map(hidden) })));
    else if (differences.length === 0)
      io.out(`no difference: ${nodes.length} nodes have the settings of their build and of the next one`);
    else for (const each of differences) io.out(sentence(each));
    return differences.every(({ kept }) => kept) ? EXIT_CODES.done : EXIT_CODES.failed;
  });
}

/** Masks secret values. */
function hidden(difference: Difference): Answer<"app-config.diff">["differences"][number] {
  const { stack } = difference;
  const nodes = Object.entries(difference.nodes).map(([id, value]) => [id, masked(value) ?? null] as const);
  return { ...difference, nodes: Object.fromEntries(nodes), stack: stack ?? null };
}

function sentence({ key, nodes, stack, changedOn, nodesDiffer, kept }: Difference): string {
  const values = Object.entries(nodes).map(([id, value]) => `${id} ${masked(value) ?? "(not set)"}`);
  const why = [
    ...(nodesDiffer ? ["the nodes differ"] : []),
    ...(changedOn.length > 0 ? ["changed since the node was built"] : []),
    ...(stack !== undefined ? [kept ? "the next build keeps it" : "the next build uses the stack's value"] : []),
    ...(stack === undefined && changedOn.length > 0 ? ["the next build loses it"] : []),
  ];
  return `${key}: ${values.join(", ")}; stack ${stack ?? "(not set)"}: ${why.join(", ")}`;
}

/** `app-config capture`: saves changed settings to the stack. 1 where some are secrets, which it does not save. */
function capture(keys: readonly string[], options: StackOptions, io: Io): Promise<number> {
  return onTarget(options, io, async (target) => {
    const { settings, secrets } = await captureSettings(keys, operationOptions(target, options, io));
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
    return secrets.length > 0 ? EXIT_CODES.failed : EXIT_CODES.done;
  });
}

export const appConfigVerb: Verb = {
  name: "app-config",
  acts: true,
  register({ io, verb, exit }) {
    const group = verb("Show, change and keep the application's settings.");
    const action = (name: string, description: string, example: string): Command =>
      group
        .command(name)
        .description(description)
        .showHelpAfterError(seeHelp(`app-config ${name}`))
        .addHelpText("after", examples(`npm run app-config -- ${example} --stack production`));
    onNodes(action("get", "Show the settings of every node, or one of them.", "get capacity_concurrency"))
      .argument("[key]", "the setting (default: all)")
      .option("--reveal", "say how to see the setting on its node, if it is a secret")
      .action(async (key: string | undefined, options: AppConfigOptions) => exit(await get(key, options, io)));
    asking(onStack(action("set", "Change a setting, and restart one node at a time.", "set capacity_concurrency 20")))
      .argument("<key>", "the setting")
      .argument("<value>", "its new value")
      .action(async (key: string, value: string, options: OperationCommandOptions) =>
        exit(await set(key, value, options, io)),
      );
    onStack(
      action("diff", "Show how the nodes' settings differ from their build and from the next one.", "diff"),
    ).action(async (options: StackOptions) => exit(await diff(options, io)));
    onStack(action("capture", "Save changed settings to the stack's appConfig, for the next build.", "capture"))
      .argument("[keys...]", "the settings (default: every one that the next build would lose)")
      .action(async (keys: readonly string[], options: StackOptions) => exit(await capture(keys, options, io)));
    group.addHelpText("after", examples("npm run app-config -- diff --stack production"));
  },
};
