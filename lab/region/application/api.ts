import type { ApiReply, ApiRequest } from "../api";
import { DEFAULTS } from "../defaults";
import { inEffect, strike } from "../faultEffects";
import type { ConfigurationVersion, Instance, RegionState, TerraformRun, Workspace } from "../model";
import { BAD_GATEWAY } from "../node/replies";
import { serves } from "../node/phases";
import { configurationDocument, phaseDocument, runDocument, workspaceDocument } from "./documents";
import { error, ofList, ofOne, read, relatedId, Refusal } from "./jsonApi";
import { cancel, confirm, createRun, discard, settleRuns } from "./runs";
import { applicationOf, newId, word } from "./state";

/** "30 requests a second" (API documentation overview, Rate limiting). */
const REQUESTS_A_SECOND = 30;
const OBJECTS = "/_archivist/v1/object/";

/**
 * The part of the application's public API that runs are made through, and the store that its signed addresses lead to. Undefined: the
 * request is not for either, or the application does not serve.
 */
export function answerApi(state: RegionState, instance: Instance, request: ApiRequest): ApiReply | undefined {
  const { pathname, searchParams } = new URL(request.path, "http://localhost");
  const isObject = pathname.startsWith(OBJECTS);
  if (!serves(instance) || !(isObject || (pathname.startsWith("/api/v2/") && pathname !== "/api/v2/ping")))
    return undefined;
  const [refused] = inEffect(state, "api-answers");
  if (refused) {
    strike(state, refused.fault, `${request.method} ${pathname.slice(0, 40)} was answered ${refused.effect.status}`);
    if (refused.effect.status === 502) return { ...BAD_GATEWAY, headers: { "content-type": "text/html" } };
    return error(401, "unauthorized");
  }
  settleRuns(state);
  try {
    return isObject
      ? object(state, request, pathname.slice(OBJECTS.length))
      : api(state, request, pathname, searchParams);
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.reply;
    throw thrown;
  }
}

function api(state: RegionState, request: ApiRequest, pathname: string, query: URLSearchParams): ApiReply {
  if (!isAuthorized(state, request)) return error(401, "unauthorized");
  if (isTooMuch(state)) return error(429, "Too many requests");
  if (request.method === "POST" && request.headers["content-type"] !== "application/vnd.api+json")
    return error(415, "Unsupported media type");
  const parts = pathname.split("/").slice(3);
  const [kind, id = "", sub, last] = parts;
  const asked = `${request.method} ${kind ?? ""}/:id${sub === undefined ? "" : `/${sub}`}`;
  const host = request.headers["host"] ?? "localhost";
  const address = (key: string): string => `https://${host}${OBJECTS}${key}`;
  if (asked === "GET organizations/:id/workspaces")
    return ofOne(
      workspaceDocument(
        state,
        workspace(state, (w) => w.organization === id && w.name === last),
      ),
    );
  if (asked === "GET workspaces/:id")
    return ofOne(
      workspaceDocument(
        state,
        workspace(state, (w) => w.id === id),
      ),
    );
  if (asked === "POST workspaces/:id/configuration-versions") {
    const version = newVersion(
      state,
      workspace(state, (w) => w.id === id),
      request,
    );
    return ofOne(configurationDocument(version, address(version.key)), 201);
  }
  if (asked === "GET configuration-versions/:id") return ofOne(configurationDocument(versionOf(state, id)));
  if (asked === "GET workspaces/:id/runs") {
    workspace(state, (w) => w.id === id);
    const runs = applicationOf(state).runs.filter((run) => run.workspaceId === id);
    return ofList([...runs].reverse().map(runDocument), query, pathname);
  }
  if (request.method === "POST" && pathname === "/api/v2/runs") return ofOne(runDocument(newRun(state, request)), 201);
  if (asked === "GET runs/:id") return ofOne(runDocument(runOf(state, id)));
  if (asked === "POST runs/:id/actions") return act(state, runOf(state, id), last ?? "");
  if (asked === "GET plans/:id" || asked === "GET applies/:id") {
    const all = applicationOf(state).runs.map((run) => (kind === "plans" ? run.plan : run.apply));
    const phase = found(all.find((each) => each.id === id));
    return ofOne(phaseDocument(kind === "plans" ? "plans" : "applies", phase, address(phase.key)));
  }
  return error(404, "not found");
}

const isAuthorized = (state: RegionState, { headers }: ApiRequest): boolean =>
  headers["authorization"] === `Bearer ${state.secrets[DEFAULTS.secrets.smokeToken] ?? ""}`;

function isTooMuch(state: RegionState): boolean {
  const application = applicationOf(state);
  const second = Math.floor(state.now / 1000);
  if (application.rate.second !== second) application.rate = { second, requests: 0 };
  application.rate.requests += 1;
  return application.rate.requests > REQUESTS_A_SECOND;
}

function newVersion(state: RegionState, { id }: Workspace, request: ApiRequest): ConfigurationVersion {
  const { attributes } = read(request, "configuration-versions");
  const version: ConfigurationVersion = {
    id: newId(state, "cv"),
    workspaceId: id,
    speculative: attributes["speculative"] === true,
    key: word(state, 64),
    status: "pending",
    bytes: 0,
  };
  applicationOf(state).configurationVersions.push(version);
  return version;
}

function newRun(state: RegionState, request: ApiRequest): TerraformRun {
  const { attributes, relationships } = read(request, "runs");
  const { id: workspaceId, locked } = workspace(state, (w) => w.id === relatedId(relationships, "workspace"));
  const wanted = relatedId(relationships, "configuration-version");
  const ofWorkspace = applicationOf(state).configurationVersions.filter((each) => each.workspaceId === workspaceId);
  const version =
    wanted === undefined ? ofWorkspace.findLast((each) => each.status === "uploaded") : versionOf(state, wanted);
  if (!version) throw new Refusal(422, "invalid attribute", "Configuration version is missing");
  if (version.status !== "uploaded")
    throw new Refusal(422, "invalid attribute", "Configuration version has not been uploaded");
  const planOnly = version.speculative || attributes["plan-only"] === true;
  if (locked && !planOnly) throw new Refusal(409, "conflict", "Workspace is locked");
  const { message } = attributes;
  return createRun(state, {
    version,
    message: typeof message === "string" ? message : "Queued manually via the Terraform Enterprise API",
    planOnly,
  });
}

/** 202, since it is done later; 409 where the run is in no state for it. */
function act(state: RegionState, run: TerraformRun, action: string): ApiReply {
  const actions: Readonly<Record<string, (state: RegionState, run: TerraformRun) => boolean>> = {
    apply: confirm,
    discard,
    cancel,
  };
  const does = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (!does) return error(404, "not found");
  if (!does(state, run)) return error(409, "transition not allowed");
  return { status: 202, headers: { "content-type": "application/vnd.api+json; charset=utf-8" }, body: "null" };
}

/** The store asks for no token: who has the address may read or write. */
function object(state: RegionState, { method, body }: ApiRequest, key: string): ApiReply {
  const { configurationVersions, runs } = applicationOf(state);
  const headers = { "content-type": "text/plain" };
  const version = configurationVersions.find((each) => each.key === key);
  if (method === "PUT" && version) {
    const isArchive = body[0] === 0x1f && body[1] === 0x8b;
    version.status = isArchive ? "uploaded" : "errored";
    version.bytes = body.length;
    return { status: 200, headers, body: "" };
  }
  const phase = runs.flatMap(({ plan, apply }) => [plan, apply]).find((each) => each.key === key);
  return method === "GET" && phase
    ? { status: 200, headers, body: phase.log }
    : { status: 404, headers, body: "not found\n" };
}

/** "404 for resources that a user doesn't have access to, as well as for resources that don't exist." */
function found<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Refusal(404, "not found");
  return thing;
}

const workspace = (state: RegionState, which: (workspace: Workspace) => boolean): Workspace =>
  found(applicationOf(state).workspaces.find(which));

const versionOf = (state: RegionState, id: string): ConfigurationVersion =>
  found(applicationOf(state).configurationVersions.find((each) => each.id === id));

const runOf = (state: RegionState, id: string): TerraformRun =>
  found(applicationOf(state).runs.find((each) => each.id === id));
