import type { Instance, RegionState } from "../../model";
import { releaseName } from "../../releases";
import { fail, type Invocation, type NodeCommand, type Output, succeed } from "../commands/command";
import { refusedSecret } from "../secretAccess";
import { keepSettings } from "../keepSettings";
import { type SettingDocument, settingDigests } from "../settingDigests";
import { settingNames } from "../settingNames";
import { digestNow, loginRefusal, pullRefusal, releaseIn } from "./images";
import { databaseProblem, upgradeProblem } from "./startupChecks";
import { SINCE } from "./versions";

/** Scripts of the product's that need more than this shell, by their first line; a test holds both to the same. */
export const SCRIPTS: Readonly<Record<string, NodeCommand>> = {
  ...anyNodes(),
  "# tfe-repave: fdo-preupgrade-check": { takes: 6000, end: preUpgradeCheck },
  "# tfe-repave: fdo-settings": { takes: 900, end: printSettings },
  "# tfe-repave: fdo-settings-keep": {
    takes: 2500,
    end: ({ state, instance, args }) => keepSettings(state, args, documentOf(instance, "now")),
  },
};

/** Those of them that need nothing of the application's own: any node with a runtime can run them, before it is one with a container. */
export const SCRIPTS_OF_ANY_NODE: Readonly<Record<string, NodeCommand>> = anyNodes();

function anyNodes(): Readonly<Record<string, NodeCommand>> {
  return {
    "# tfe-repave: fdo-fetch": { takes: 3000, begin: beginFetch, end: endFetch },
    "# tfe-repave: fdo-setting-names": settingNames((entry) => (typeof entry === "object" ? undefined : entry)),
  };
}

/** Part of a node's installation that is the pull of its image. */
const PULL = 0.4;

const pullTime = ({ timings }: RegionState): number => Math.round(timings.install * PULL);

/** RUNTIME IMAGE LOGIN REGION REGISTRY_SECRET_ARN LICENSE_SECRET_ARN … */
function fetchWords([, image = "", how = "", , registrySecret = "", licence = ""]: readonly string[]) {
  const registry = image.split("/")[0] ?? "";
  return { image, login: { registry, how, secretArn: registrySecret, licenceArn: licence } };
}

/** Why nothing is pulled, as the script or the runtime says it; undefined: it is. */
function fetchRefusal(state: RegionState, instance: Instance, args: readonly string[]): string | undefined {
  const { image, login } = fetchWords(args);
  const secret = login.how === "licence" ? login.licenceArn : login.how === "secret" ? login.secretArn : undefined;
  const unreadable = secret === undefined ? undefined : refusedSecret(state, secret)?.trim();
  return unreadable ?? loginRefusal(state, login) ?? pullRefusal(state, instance, image);
}

const hasImage = ({ node }: Instance, digest: string | undefined): boolean =>
  digest !== undefined && (node.image?.digest === digest || (node.fetched ?? []).includes(digest));

/** A pull takes its time only where the image is not on the node yet. */
function beginFetch({ state, instance, args }: Invocation) {
  if (fetchRefusal(state, instance, args) !== undefined) return undefined;
  if (hasImage(instance, digestNow(state, fetchWords(args).image))) return undefined;
  return { for: "time", atMost: pullTime(state) } as const;
}

function endFetch({ state, instance, exec, args }: Invocation): Output {
  const refused = fetchRefusal(state, instance, args);
  if (refused !== undefined) return fail(1, `${refused}\n`);
  const digest = digestNow(state, fetchWords(args).image) ?? "";
  const seconds = hasImage(instance, digest) ? 0 : Math.round((state.now - exec.startedAt) / 1000);
  instance.node.fetched = [...(instance.node.fetched ?? []), digest];
  return succeed(`${JSON.stringify({ digest, seconds })}\n`);
}

/** RUNTIME ID IMAGE CONTAINER LIMIT PLAIN */
function preUpgradeCheck({ state, instance, args: [, id = "", image = ""] }: Invocation): Output {
  const { container } = instance.node;
  if (!container?.id.startsWith(id)) return fail(3, "the environment of the application cannot be read\n");
  const { exitCode, output } = checkedBy(state, instance, image);
  return succeed(`${JSON.stringify({ exitCode, output })}\n`);
}

function checkedBy(state: RegionState, instance: Instance, image: string): { exitCode: number; output: string } {
  const target = releaseIn(image);
  if (target === undefined || !hasImage(instance, digestNow(state, image)))
    return { exitCode: 125, output: `Error response from daemon: No such image: ${image}\n` };
  if (target < SINCE.preUpgradeCheck)
    return { exitCode: 127, output: 'exec: "/usr/local/bin/preupgrade-check": no such file or directory\n' };
  const wish = state.registry?.upgradeCheck;
  if (wish === "could not run")
    return { exitCode: 2, output: "failed to bootstrap: could not connect to the database\n" };
  const failures = [
    ["database/version", databaseProblem(state, target)],
    ["upgrade/validation", upgradeProblem(state, target)],
    ["config/general", wish === "failed" ? "TFE_CAPACITY_CPU is not supported any more" : undefined],
  ].flatMap(([name = "", error]) => (error === undefined ? [] : [{ name, error }]));
  const warnings = wish === "warning" ? [{ name: "upgrade/validation", error: "downtime required" }] : [];
  return { exitCode: failures.length > 0 ? 1 : 0, output: report(instance, target, failures, warnings) };
}

interface Finding {
  readonly name: string;
  readonly error: string;
}

const GROUPS: Readonly<Record<string, readonly string[]>> = {
  archivist: ["write_access"],
  config: ["general"],
  database: ["connection", "extensions", "user_permissions", "version"],
  license: ["valid_license"],
  redis: ["config", "connection", "permissions", "version"],
  tls: ["ca_bundle"],
  upgrade: ["validation"],
};

/** As the vendor's pages show it: the tree of checks, then a line that sums it up, and one in words. */
function report(
  instance: Instance,
  target: number,
  failures: readonly Finding[],
  warnings: readonly Finding[],
): string {
  const [from, to] = [instance.node.release, target].map((place) => releaseName(place) ?? "");
  const isIn = (list: readonly Finding[], name: string): boolean => list.some((each) => each.name.startsWith(name));
  const symbolOf = (name: string): string => (isIn(failures, name) ? "✗" : isIn(warnings, name) ? "⚠" : "✓");
  const lines = Object.entries(GROUPS).flatMap(([group, names]) => [
    `${symbolOf(`${group}/`)} ${group}`,
    ...names.flatMap((name) => {
      const found = [...failures, ...warnings].find((each) => each.name === `${group}/${name}`);
      return [`  ${symbolOf(`${group}/${name}`)} ${name}`, ...(found ? [`    ${found.error}`] : [])];
    }),
  ]);
  const total = Object.values(GROUPS).flat().length;
  const passed = total - failures.length - warnings.length;
  const status = failures.length > 0 ? "ERROR" : warnings.length > 0 ? "WARNING" : "OK";
  const verdict = failures.length > 0 ? "is not ready" : "is ready";
  return [
    "Terraform Enterprise Pre-Upgrade Check",
    `Current environment version: ${from ?? ""}`,
    `Target version: ${to ?? ""}`,
    "---",
    ...lines,
    `Status: ${status} | Time: 1.7s | Checks: ${passed} Passed, ${warnings.length} Warning, ${failures.length} Failed`,
    `Pre-upgrade checks indicate this environment ${verdict} to upgrade to ${to ?? ""}`,
    "",
  ].join("\n");
}

/** The settings of the process, and those that the boot wrote into the definition of the container. */
function printSettings({ state, instance, args }: Invocation): Output {
  return settingDigests(args, state, (document) => documentOf(instance, document));
}

function documentOf({ node }: Instance, document: string): SettingDocument {
  if (document === "now" && !node.container) return { problem: NO_ENVIRONMENT };
  const settings = document === "now" ? node.settingsInEffect : node.builtSettings;
  return { values: new Map(Object.entries(settings).filter(([name]) => name.startsWith("TFE_"))) };
}

const NO_ENVIRONMENT = "Error: No such object\nthe environment of the application cannot be read\n";
