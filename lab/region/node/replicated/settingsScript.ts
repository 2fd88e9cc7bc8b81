import type { Instance } from "../../model";
import { fail, type Invocation, type NodeCommand, type Output } from "../commands/command";
import { keepSettings } from "../keepSettings";
import { settingDigests, type SettingDocument, type SettingValues } from "../settingDigests";
import { filesOf } from "./machine";
import { hasReplicated } from "./phases";
import { exportedSettings } from "./replicatedctl";

/** First line of the script with which the product reads settings; a test holds that this does what the script does. */
export const SETTINGS_SCRIPT = "# tfe-repave: settings";

export const settingsScript: NodeCommand = { takes: 900, end: printSettings };

function printSettings({ state, instance, args }: Invocation): Output {
  if (!hasReplicated(state, instance)) return fail(3, NO_COMMAND);
  return settingDigests(args, state, (document) => documentOf(instance, document));
}

/** First line of the script with which a node writes settings into a secret. */
export const KEEP_SCRIPT = "# tfe-repave: settings-keep";

export const keepScript: NodeCommand = {
  takes: 2500,
  end: ({ state, instance, args }) =>
    keepSettings(state, args, hasReplicated(state, instance) ? documentOf(instance, "now") : { problem: NO_COMMAND }),
};

function documentOf(instance: Instance, document: string): SettingDocument {
  const text =
    document === "now" ? JSON.stringify(exportedSettings(instance)) : filesOf(instance)["/etc/ptfe-settings.json"];
  return text === undefined ? { problem: NO_FILE } : { values: valuesOf(text) };
}

const NO_COMMAND = "sh: /usr/local/bin/replicatedctl: not found\nthe settings cannot be exported\n";

const NO_FILE =
  "cat: /etc/ptfe-settings.json: No such file or directory\nthe settings of the node's build cannot be read\n";

/** `{"key":{"value":"…"}}`, unset ones without a value. */
function valuesOf(text: string): SettingValues {
  const document = JSON.parse(text) as Readonly<Record<string, { readonly value?: string }>>;
  return new Map(Object.entries(document).map(([name, { value }]) => [name, value]));
}
