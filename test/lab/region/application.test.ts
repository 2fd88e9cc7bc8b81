import type { ApiReply } from "../../../lab/region/api";
import { applicationOf } from "../../../lab/region/application/state";
import { DEFAULTS } from "../../../lab/region/defaults";
import { NO_JOBS, started, type LabEstate } from "../estate";

// The application's API as its reference documents it: https://developer.hashicorp.com/terraform/enterprise/api-docs.

const TYPE = { "content-type": "application/vnd.api+json" };
const ARCHIVE = Buffer.from([0x1f, 0x8b, 0]);

let lab: LabEstate;
beforeEach(() => {
  lab = started({ timings: NO_JOBS });
});

interface Asked {
  readonly body?: object | Buffer | string;
  readonly headers?: Readonly<Record<string, string>>;
}

const token = (): string => lab.region.state.secrets[DEFAULTS.secrets.smokeToken] ?? "";

function ask(method: string, path: string, { body, headers = {} }: Asked = {}): ApiReply {
  const content = body === undefined || Buffer.isBuffer(body) || typeof body === "string" ? body : JSON.stringify(body);
  const all = { authorization: `Bearer ${token()}`, host: "tfe.lab.example", ...TYPE, ...headers };
  const node = lab.members().find(({ state }) => state === "running");
  const reply = lab.region.request(node?.id ?? "", { method, path, headers: all, body: Buffer.from(content ?? "") });
  if (!reply) throw new Error("It does not answer.");
  return reply;
}

/** A document as far as the tests look into it. */
interface Document {
  readonly data: {
    readonly id: string;
    readonly attributes: Readonly<Record<string, string>>;
    readonly relationships: Readonly<Record<string, { readonly data: { readonly id: string } }>>;
  };
}

const json = ({ body }: ApiReply): Document => JSON.parse(body) as Document;

const workspaceId = (): string => json(ask("GET", "/api/v2/organizations/lab/workspaces/smoke")).data.id;

function version(speculative: boolean): string {
  const data = { type: "configuration-versions", attributes: { "auto-queue-runs": false, speculative } };
  const made = json(ask("POST", `/api/v2/workspaces/${workspaceId()}/configuration-versions`, { body: { data } })).data;
  const { pathname } = new URL(made.attributes["upload-url"] ?? "");
  ask("PUT", pathname, { body: ARCHIVE, headers: { authorization: "" } });
  return made.id;
}

const runBody = (configurationVersion: string | undefined, message = "a run"): object => ({
  data: {
    type: "runs",
    attributes: { message },
    relationships: {
      workspace: { data: { type: "workspaces", id: workspaceId() } },
      ...(configurationVersion === undefined
        ? {}
        : { "configuration-version": { data: { type: "configuration-versions", id: configurationVersion } } }),
    },
  },
});

const queue = (configurationVersion: string, message?: string): string =>
  json(ask("POST", "/api/v2/runs", { body: runBody(configurationVersion, message) })).data.id;

const statusOf = (id: string): string => json(ask("GET", `/api/v2/runs/${id}`)).data.attributes["status"] ?? "";
const pass = (id: string, status: string): number => lab.until(() => statusOf(id) === status);

it("a plan goes through the queue to a worker of the node, and its log can be read", () => {
  const id = queue(version(true));
  expect(statusOf(id)).toBe("plan_queued");
  pass(id, "planning");
  expect(lab.region.state.jobs).toMatchObject([{ id, instanceId: lab.only().id, of: { run: id, phase: "plan" } }]);
  pass(id, "planned_and_finished");
  const run = json(ask("GET", `/api/v2/runs/${id}`)).data;
  const plan = json(ask("GET", `/api/v2/plans/${run.relationships["plan"]?.data.id ?? ""}`)).data.attributes;
  expect(plan).toMatchObject({ status: "finished", "resource-destructions": 0 });
  const log = ask("GET", new URL(plan["log-read-url"] ?? "").pathname, { headers: { authorization: "" } });
  expect(log.body).toMatch(/^\u0002Terraform v.*\u0003$/s);
});

it("an apply waits to be confirmed, and its workspace is its own until it has ended", () => {
  const [first, second] = [queue(version(false), "one"), queue(version(false), "two")];
  pass(first, "planned");
  expect(statusOf(second)).toBe("pending");
  expect(ask("POST", `/api/v2/runs/${second}/actions/apply`).status).toBe(409);
  expect(ask("POST", `/api/v2/runs/${first}/actions/apply`).status).toBe(202);
  pass(first, "applied");
  pass(second, "planned");
  expect(ask("POST", `/api/v2/runs/${second}/actions/discard`).status).toBe(202);
  expect(statusOf(second)).toBe("discarded");
});

it("a run whose node goes away has failed, and the witness sees a lost job", () => {
  lab = started({ count: 2, timings: NO_JOBS });
  const id = queue(version(true));
  pass(id, "planning");
  const at = lab.region.state.jobs[0]?.instanceId ?? "";
  lab.region.terminateInstances([at]);
  expect(statusOf(id)).toBe("errored");
  expect(lab.region.verdict().lostJobs).toBe(1);
});

it.each<[number, string, string, Asked]>([
  [401, "GET", "/api/v2/organizations/lab/workspaces/smoke", { headers: { authorization: "Bearer other" } }],
  [404, "GET", "/api/v2/organizations/lab/workspaces/none", {}],
  [404, "GET", "/api/v2/runs/run-none", {}],
  [404, "GET", "/api/v2/none", {}],
  [415, "POST", "/api/v2/runs", { headers: { "content-type": "application/json" }, body: "{}" }],
  [400, "POST", "/api/v2/runs", { body: "{" }],
  [422, "POST", "/api/v2/runs", { body: { data: { type: "plans" } } }],
])("answers %i to %s %s in the shape of JSON:API", (status, method, path, asked) => {
  const reply = ask(method, path, asked);
  expect(reply.status).toBe(status);
  expect(json(reply)).toEqual({ errors: [expect.objectContaining({ status: String(status) })] });
});

it("a configuration that was not uploaded makes no run", () => {
  const data = { type: "configuration-versions", attributes: {} };
  const made = json(ask("POST", `/api/v2/workspaces/${workspaceId()}/configuration-versions`, { body: { data } })).data;
  expect(ask("POST", "/api/v2/runs", { body: runBody(made.id) }).status).toBe(422);
  expect(ask("POST", "/api/v2/runs", { body: runBody(undefined) }).status).toBe(422);
});

it("a locked workspace takes plans alone", () => {
  const [plan, apply] = [version(true), version(false)];
  const [workspace] = applicationOf(lab.region.state).workspaces;
  if (workspace) workspace.locked = true;
  expect(ask("POST", "/api/v2/runs", { body: runBody(plan) }).status).toBe(201);
  expect(ask("POST", "/api/v2/runs", { body: runBody(apply) }).status).toBe(409);
});

it("lists are in pages, the newest first", () => {
  const cv = version(true);
  const ids = Array.from({ length: 5 }, (_, index) => {
    lab.pass(1);
    return queue(cv, `run ${index}`);
  });
  lab.pass(2);
  const page = (number: number): { data: { id: string }[]; meta: object } =>
    json(
      ask("GET", `/api/v2/workspaces/${workspaceId()}/runs?page%5Bnumber%5D=${number}&page%5Bsize%5D=2`),
    ) as object as { data: { id: string }[]; meta: object };
  expect(page(1)).toMatchObject({
    data: [{ id: ids[4] }, { id: ids[3] }],
    meta: { pagination: { "current-page": 1, "next-page": 2, "total-pages": 3, "total-count": 5 } },
  });
  expect(page(3)).toMatchObject({ data: [{ id: ids[0] }], meta: { pagination: { "next-page": null } } });
});

it("more than thirty requests a second are too many", () => {
  lab.pass(1);
  const statuses = Array.from({ length: 31 }, () => ask("GET", "/api/v2/runs/run-none").status);
  expect(statuses.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 404));
  expect(statuses[30]).toBe(429);
});

it("a node that does not serve has no API", () => {
  lab.only().node.phase = "starting";
  const asked = { method: "GET", path: "/api/v2/runs/x", headers: {}, body: Buffer.alloc(0) };
  expect(lab.region.request(lab.only().id, asked)).toBeUndefined();
});
