import type { Instance, RegionState } from "../../model";
import { isOnChannel, NEWEST_RELEASE, releaseSequence } from "../../releases";
import { InstallError } from "../kind";
import { heredoc, isObject, parseObject, scriptOf, writtenTo } from "../userData";

/** What the installer makes of a node's user data. */
export interface Installation {
  readonly release: number;
  readonly settings: Record<string, string>;
  /** Replicated could not read its configuration file: every `replicated admin` says so. */
  readonly configError: string | undefined;
}

const CONF_FILE = "/etc/replicated.conf";
const SETTINGS_FILE = "/etc/ptfe-settings.json";
/** What the vendor's module calls that file. */
const SETTINGS_VARIABLE = "$tfe_settings_path";

const SECRET_ARN = /arn:aws[\w-]*:secretsmanager:[\w:/+=@.-]*[\w/+=@-]/g;

/** Throws InstallError with the reason where the node would not come to have an application. */
export function readUserData(state: RegionState, instance: Instance): Installation {
  const script = scriptOf(instance);
  const conf = parseObject(heredoc(script, "REPLICATED_CONF") ?? writtenTo(script, CONF_FILE) ?? "{}", CONF_FILE);
  const { release, configError } = chooseRelease(conf, script);
  if (!isOnChannel(release)) {
    throw new InstallError(`release sequence ${release} is not available on channel Stable`);
  }
  const [own, overlay] = ["OWN_SETTINGS", "APP_CONFIG"].map((mark) =>
    flat(parseObject(heredoc(script, mark) ?? "{}", SETTINGS_FILE)),
  );
  const others = writtenTo(script, SETTINGS_FILE) ?? writtenTo(script, SETTINGS_VARIABLE) ?? "{}";
  const written = flat(parseObject(others, SETTINGS_FILE));
  return { release, configError, settings: { ...own, ...written, ...secretSettings(state, script), ...overlay } };
}

function chooseRelease(
  conf: Record<string, unknown>,
  script: string,
): { release: number; configError: string | undefined } {
  if (conf["LicenseBootstrapAirgapPackagePath"] !== undefined) {
    return { release: airgapRelease(script), configError: undefined };
  }
  const pin = conf["ReleaseSequence"];
  if (pin === undefined || pin === null || pin === 0) return { release: NEWEST_RELEASE, configError: undefined };
  if (typeof pin === "number" && Number.isInteger(pin)) return { release: pin, configError: undefined };
  // Replicated's parser wants a number; without it there is no pin.
  const configError = `json: cannot unmarshal ${typeof pin} into Go struct field Params.ReleaseSequence of type int`;
  return { release: NEWEST_RELEASE, configError };
}

/** Airgap packages of the lab carry the release in their file name: `tfe-642.airgap`, `tfe-v202207-2.airgap`. */
function airgapRelease(script: string): number {
  const name = /(?<name>v\d{6}-\d+|\d{3,})\.airgap/.exec(script)?.groups?.["name"];
  const sequence = name?.startsWith("v") ? releaseSequence(name) : Number(name);
  if (sequence === undefined || Number.isNaN(sequence)) throw new InstallError("airgap package not found");
  return sequence;
}

/** Settings from the secrets that the script names. The script stops (`set -e`) where one of them does not exist. */
function secretSettings(state: RegionState, script: string): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const [arn] of script.matchAll(SECRET_ARN)) {
    const secret = state.secrets[arn];
    if (secret === undefined) {
      throw new InstallError(`ResourceNotFoundException: Secrets Manager can't find the specified secret ${arn}`);
    }
    if (secret.trimStart().startsWith("{")) Object.assign(settings, flat(parseObject(secret, arn)));
  }
  return settings;
}

/** `{"key":{"value":"…"}}` as `{key: "…"}`. */
function flat(settings: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([key, entry]) =>
      isObject(entry) && typeof entry["value"] === "string" ? [[key, entry["value"]] as const] : [],
    ),
  );
}
