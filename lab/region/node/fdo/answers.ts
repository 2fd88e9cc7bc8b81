import type { Instance, RegionState } from "../../model";
import { releaseName } from "../../releases";
import type { Question, Reply } from "../kind";
import { serves } from "../phases";
import { BAD_GATEWAY, FRONT_PAGE, healthCheck, NOT_FOUND } from "../replies";
import { SINCE } from "./versions";

export const CHECKS = ["archivist", "atlas", "database", "redis", "task-worker", "vault"] as const;
/** Those that answer only once the application serves. */
const LATE: readonly string[] = ["archivist", "atlas", "task-worker"];

export interface Readiness {
  readonly node: string;
  readonly status: "OK" | "ERROR" | "DRAINING";
  readonly checks: readonly { readonly check: string; readonly status: "OK" | "ERROR" }[];
}

/** How a node of 1.2 or newer finds itself. What it says once it is drained is not documented: here, the same as before. */
export function readinessOf(instance: Instance): Readiness {
  const { node } = instance;
  const up = serves(instance);
  const status = !up ? "ERROR" : node.phase === "started" ? "OK" : "DRAINING";
  return {
    node: nodeId(instance),
    status,
    checks: CHECKS.map((check) => ({ check, status: up || !LATE.includes(check) ? "OK" : "ERROR" })),
  };
}

/** A node is called by its container, in the short form of the runtime. */
export const nodeId = ({ node }: Instance): string => (node.container?.id ?? "").slice(0, 12);

/** While checks and migrations run nothing listens; then the front answers before the services behind it do. */
export function answer(_: RegionState, instance: Instance, question: Question): Reply | undefined {
  const { node } = instance;
  const starting = node.phase === "starting" && node.error === undefined;
  if (!starting && !serves(instance)) return undefined;
  const [place, query] = question.path.split("?");
  if (place === READINESS && node.release >= SINCE.readiness) return readiness(instance, question, query);
  if (starting) return BAD_GATEWAY;
  if (place === "/_health_check") {
    if (node.release >= SINCE.liveNodeRule) return { status: 410, body: "Gone\n" };
    return healthCheck(query);
  }
  if (place === "/api/v2/ping") return { status: 204, body: "", headers: versionHeaders(node.release) };
  return place === "/" ? FRONT_PAGE : NOT_FOUND;
}

/** The older header has been a month since there are versions, and one release lacks it. */
function versionHeaders(release: number): Readonly<Record<string, string>> {
  const name = releaseName(release) ?? "";
  if (name.startsWith("v")) return { "X-TFE-Version": name };
  return {
    ...(name === "1.0.1" ? {} : { "X-TFE-Version": "v202507-1" }),
    ...(release >= SINCE.currentVersionHeader ? { "X-TFE-Current-Version": name } : {}),
  };
}

const READINESS = "/api/v1/health/readiness";

function readiness(instance: Instance, { host, accept }: Question, query: string | undefined): Reply {
  const { node } = instance;
  const own = node.settingsInEffect["TFE_HOSTNAME"];
  if (node.release < SINCE.readinessWithoutHost && host?.replace(/:\d+$/, "") !== own) return { status: 301, body: "" };
  const timeout = new URLSearchParams(query).get("timeout");
  if (timeout !== null && !(Number(timeout) >= 1 && Number(timeout) <= 30)) {
    return { status: 400, body: '{"errors":["timeout must be from 1 to 30"]}\n' };
  }
  const found = readinessOf(instance);
  const status = found.status === "OK" ? 200 : 503;
  const isWord = accept !== undefined && /text\/(?:plain|html)/.test(accept);
  return { status, body: isWord ? found.status : JSON.stringify(found) };
}
