import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SETTINGS as TABLE, SHARED_SECRET } from "../../../infra/nodes/replicated/settings";
import type { SettingsRequest } from "../../ports/tfe";
import type { Kept } from "../dialect";
import { keepingScript, keepingWords } from "../keepSettings";
import {
  digestingScript,
  digestingWords,
  type Document,
  namesCommand,
  type NextBuild,
  nextWords,
} from "../settingDigests";

/** What a node runs; its comment says what it takes and prints. */
const DOCUMENTS = readFileSync(join(__dirname, "settings.sh"), "utf8");
export const SETTINGS_SCRIPT = digestingScript(DOCUMENTS);
const KEEPING_SCRIPT = keepingScript("settings-keep", DOCUMENTS);

/** The command that reads the settings of a node. */
export function settingsCommand(
  nonce: string,
  documents: readonly Document[],
  request: SettingsRequest,
  next?: NextBuild,
): readonly string[] {
  const words = digestingWords({ nonce, documents, table: TABLE, pepper: SHARED_SECRET }, request);
  const ofNext = next ? ["", "", ...nextWords(next)] : [];
  return ["sh", "-c", SETTINGS_SCRIPT, "settings", ...words, ...ofNext];
}

/** The command with which a node writes settings into a secret. */
export const keepCommand = ({ secretArn, names }: Kept): readonly string[] => [
  "sh",
  "-c",
  KEEPING_SCRIPT,
  "settings-keep",
  ...keepingWords(secretArn, names),
];

/** The command that reads the names of the settings in a secret: each has its value as it is, or as an export writes it. */
export const settingNamesCommand = (secretArn: string): readonly string[] =>
  namesCommand("setting-names", secretArn, 'if type == "object" then .value else . end');

/** Shows the value of one setting on the node itself, for a person who is logged in there. */
export const revealing = (key: string): string =>
  `sudo /usr/local/bin/replicatedctl app-config export | jq -r .${key}.value`;
