import { NAMES } from "../../../infra/nodes/fdo/containers";
import { PER_NODE, VARIABLES } from "../../../infra/nodes/fdo/environment";
import { givenEnvironment } from "../../../infra/nodes/fdo/userData";
import { isSecretSetting } from "../../../infra/nodes/settingTable";
import type { SettingFacts, Settings, SettingsSinceBuild } from "../../domain/settings";
import type { Runtime } from "./containers";

/** What the application has for a setting without a default: nothing, or off. */
const OFF = ["false"];

/** The network that the build keeps from the machine's metadata. */
const RUNS_NETWORK = "TFE_RUN_PIPELINE_DOCKER_NETWORK";

/** Settings of the application in a container (the vendor's configuration reference). */
export const SETTINGS: SettingFacts = {
  known: Object.keys(VARIABLES).filter((name) => !PER_NODE.includes(name)),
  isSecret: (key, value, inStack) => isSecretSetting(VARIABLES, key, value, inStack),
  defaults: (key) => VARIABLES[key]?.byDefault ?? OFF,
  generated: [],
  fixed: { TFE_OPERATIONAL_MODE: { value: "active-active", because: "the nodes share one database" } },
  shield: { key: RUNS_NETWORK, on: givenEnvironment({})[RUNS_NETWORK] ?? "" },
  ignoredChecks: "TFE_STARTUP_CHECKS_IGNORE_FAILURES",
  bucket: "TFE_OBJECT_STORAGE_S3_BUCKET",
  setElsewhere,
};

/** A container is given its variables when it starts: see `Tfe.setSetting`. */
function setElsewhere(key: string): string {
  const name = /^[\w.-]{1,100}$/.test(key) ? key : "this setting";
  if (PER_NODE.includes(key)) return `${name} differs from node to node, and the build sets it`;
  return isSecretSetting(VARIABLES, key)
    ? `change ${name} in the settings secret`
    : `change ${name} in \`tfe:environment\` of the stack file`;
}

/** Without what differs from node to node because of its address. */
export const ofFleet = (settings: Settings): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => !PER_NODE.includes(name)));

export const bothOfFleet = ({ now, built }: SettingsSinceBuild): SettingsSinceBuild => ({
  now: ofFleet(now),
  built: ofFleet(built),
});

/** What every node that shares its services with others must be given, besides what its build sets. */
const REQUIRED: readonly string[] = [
  "TFE_DATABASE_HOST",
  "TFE_DATABASE_NAME",
  "TFE_DATABASE_USER",
  "TFE_REDIS_HOST",
  "TFE_OBJECT_STORAGE_TYPE",
  "TFE_OBJECT_STORAGE_S3_BUCKET",
  "TFE_OBJECT_STORAGE_S3_REGION",
];

/** A secret, and the settings in whose presence it is not needed. */
const UNLESS: readonly (readonly [key: string, unless: readonly string[]])[] = [
  ["TFE_DATABASE_PASSWORD", ["TFE_DATABASE_PASSWORDLESS_AWS_USE_INSTANCE_PROFILE", "TFE_DATABASE_USE_MTLS"]],
  // An external Vault keeps what this password would encrypt.
  ["TFE_ENCRYPTION_PASSWORD", ["TFE_VAULT_USE_EXTERNAL"]],
];

/** The settings that are missing, judged by the names of those that a node is given. */
export function missingSettings(given: readonly string[]): readonly string[] {
  const needed = UNLESS.filter(([, unless]) => !unless.some((key) => given.includes(key))).map(([key]) => key);
  return [...REQUIRED, ...needed].filter((key) => !given.includes(key));
}

/** Shows the value of one setting on the node itself, for a person who is logged in there. */
export const revealing = (runtime: Runtime, key: string): string =>
  `sudo ${runtime} inspect --format '{{range .Config.Env}}{{println .}}{{end}}' ${CONTAINER[runtime]} | grep '^${key}='`;

/** Names that the build's files lead to. */
const CONTAINER: Readonly<Record<Runtime, string>> = {
  docker: NAMES.project,
  podman: `${NAMES.project}-${NAMES.service}`,
};
