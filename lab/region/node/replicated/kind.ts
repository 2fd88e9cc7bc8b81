import { releaseName, WITHOUT_REDIS } from "../../releases";
import type { Instance, RegionState } from "../../model";
import type { NodeKind, Question, Reply } from "../kind";
import { enter, serves } from "../phases";
import { BAD_GATEWAY, FRONT_PAGE, healthCheck, NOT_FOUND } from "../replies";
import { unmetRequirements } from "../requirements";
import { readUserData } from "./installation";
import { madeUpSettings } from "./settings";

/** Part of the installation that is the installer's own run, once all that it needs is on the machine. */
const INSTALLER = 0.05;

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
  afterWord: INSTALLER,
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
  const { schemaRelease } = state.database;
  const name = releaseName(release) ?? String(release);
  if (release === WITHOUT_REDIS) return `${name}: redis: no configuration for multiple nodes`;
  if (schemaRelease !== undefined && schemaRelease > release) {
    const schema = releaseName(schemaRelease) ?? String(schemaRelease);
    return `database schema is newer than ${name}: it was migrated by ${schema} and must be rolled back`;
  }
  return unmetRequirements(state, release);
}

/** While the services start, their front answers 502. A draining or drained node answers as any other. */
function answer(instance: Instance, { path }: Question): Reply | undefined {
  const { phase } = instance.node;
  if (phase === "migrating" || phase === "starting") return BAD_GATEWAY;
  if (!serves(instance)) return undefined;
  const [place, query] = path.split("?");
  if (place === "/_health_check") return healthCheck(query);
  return place === "/" ? FRONT_PAGE : NOT_FOUND;
}
