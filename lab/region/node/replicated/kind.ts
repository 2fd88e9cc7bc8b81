import { missingReleases, releaseName, WITHOUT_REDIS } from "../../releases";
import type { Instance, RegionState } from "../../model";
import type { NodeKind, Question, Reply } from "../kind";
import { enter, serves } from "../phases";
import { readUserData } from "./installation";
import { madeUpSettings } from "./settings";

const DEPENDENCIES = JSON.stringify({ postgres: "UP", redis: "UP", vault: "UP" });
const BAD_GATEWAY = { status: 502, body: "<html><head><title>502 Bad Gateway</title></head></html>\n" };

/** A node on which an installer makes the application of its settings. */
export const REPLICATED_KIND: NodeKind = {
  install(state, instance) {
    const { node } = instance;
    const installation = readUserData(state, instance);
    node.release = installation.release;
    node.settings = { ...madeUpSettings(instance), ...installation.settings };
    node.builtSettings = { ...installation.settings };
    node.configError = installation.configError;
  },
  bootFailure: () => undefined,
  begin: () => undefined,
  refusal: (state, { node }) => refusalOf(state, node.release),
  refuse(state, { node }, why) {
    node.error = why;
    enter(state, node, "failed", undefined);
  },
  breakDown: (state, { node }) => enter(state, node, "failed", undefined),
  started: () => undefined,
  stopped: () => undefined,
  answer: (_, instance, question) => answer(instance, question),
  concurrencySetting: "capacity_concurrency",
};

function refusalOf(state: RegionState, release: number): string | undefined {
  const { schemaRelease, started } = state.database;
  const name = releaseName(release) ?? String(release);
  if (release === WITHOUT_REDIS) return `${name}: redis: no configuration for multiple nodes`;
  if (schemaRelease !== undefined && schemaRelease > release) {
    const schema = releaseName(schemaRelease) ?? String(schemaRelease);
    return `database schema is newer than ${name}: it was migrated by ${schema} and must be rolled back`;
  }
  // A database that was migrated but on which nothing was ever fully started still owes that release itself.
  const last = started.length > 0 ? Math.max(...started) : (schemaRelease ?? release) - 1;
  const missing = missingReleases(last, release);
  if (missing.length === 0) return undefined;
  return `failed to meet upgrade requirements: missing required releases: ${missing.map(releaseName).join(", ")}`;
}

/** While the services start, their front answers 502. A draining or drained node answers as any other. */
function answer(instance: Instance, { path }: Question): Reply | undefined {
  const { phase } = instance.node;
  if (phase === "migrating" || phase === "starting") return BAD_GATEWAY;
  if (!serves(instance)) return undefined;
  const [place, query] = path.split("?");
  if (place === "/_health_check") {
    return { status: 200, body: new URLSearchParams(query).has("full") ? DEPENDENCIES : "OK" };
  }
  if (place === "/") return { status: 200, body: "<html><title>Terraform Enterprise</title></html>\n" };
  return { status: 404, body: "not found\n" };
}
