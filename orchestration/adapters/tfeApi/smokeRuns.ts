import { RepaveError } from "../../domain/errors";
import { isOver, type SmokeWorkspace, type TerraformRun } from "../../domain/proof/smoke";
import type { Clock } from "../../ports/clock";
import type { SmokeRuns } from "../../ports/smokeRuns";
import { type ApiOptions, tfeApi } from "./client";
import { builtInConfiguration } from "./configuration";
import { CONFIGURATION, PHASE, RUN, type RunData, RUNS, WORKSPACE } from "./schemas";

export interface SmokeRunsOptions extends ApiOptions {
  /** `organization/name`. */
  readonly workspaceName: string;
  /** The built-in configuration, or what the workspace itself has. */
  readonly builtIn: boolean;
  readonly clock: Clock;
}

const PAGE = 100;
const MOST_PAGES = 3;

/** How long an uploaded configuration may be processed, and how often that is looked at. */
const PROCESSING = { times: 60, everyMs: 1_000 } as const;

/** As much of a log as is read for its last words, in characters. */
const END_OF_LOG = 16_384;

/** Smoke runs over the application's public API. Its connections must be closed. */
export function smokeRuns(options: SmokeRunsOptions): SmokeRuns & { close(): void } {
  const { workspaceName, builtIn, clock, origin } = options;
  const api = tfeApi(options);
  const [organization = "", name = ""] = workspaceName.split("/");
  const pageOf = (id: string): string => `${origin}/app/${organization}/workspaces/${name}/runs/${id}`;
  const asRun = (data: RunData): TerraformRun => runOf(data, pageOf(data.id));
  let workspaceId: string | undefined;

  async function workspace(): Promise<SmokeWorkspace> {
    const { data } = await api.get(`organizations/${organization}/workspaces/${name}`, WORKSPACE);
    workspaceId = data.id;
    const { attributes } = data;
    return {
      id: data.id,
      name: workspaceName,
      executionMode: attributes["execution-mode"],
      locked: attributes.locked,
      autoApply: attributes["auto-apply"],
      resources: attributes["resource-count"],
      canQueueRuns: attributes.permissions["can-queue-run"],
      canApply: attributes.permissions["can-queue-apply"],
    };
  }

  const idOfWorkspace = async (): Promise<string> => workspaceId ?? (await workspace()).id;

  /** A new version of the workspace's configuration, uploaded and ready for a run. */
  async function upload(message: string, speculative: boolean): Promise<string> {
    const attributes = { "auto-queue-runs": false, speculative };
    const path = `workspaces/${await idOfWorkspace()}/configuration-versions`;
    const made = await api.post(path, { data: { type: "configuration-versions", attributes } }, CONFIGURATION);
    const { id } = made.data;
    await api.write(made.data.attributes["upload-url"] ?? "", builtInConfiguration(message));
    for (let times = 0; times < PROCESSING.times; times += 1) {
      const { attributes: now } = (await api.get(`configuration-versions/${id}`, CONFIGURATION)).data;
      if (now.status === "uploaded") return id;
      if (now.status === "errored")
        throw new RepaveError("TFE_API_REFUSED", `configuration ${id}: ${now["error-message"] ?? "errored"}`);
      await clock.sleep(PROCESSING.everyMs);
    }
    throw new RepaveError("TFE_API_UNAVAILABLE", `configuration ${id} is still being processed`);
  }

  const phaseOf = async (kind: "plans" | "applies", id: string) =>
    (await api.get(`${kind}/${id}`, PHASE)).data.attributes;

  async function logOf(kind: "plans" | "applies", id: string | undefined): Promise<string> {
    if (id === undefined) return "";
    const { "log-read-url": url, status } = await phaseOf(kind, id);
    const began = !["pending", "queued", "managed_queued", "unreachable"].includes(status);
    return url && began ? (await api.read(url)).slice(-END_OF_LOG) : "";
  }

  return {
    workspaceName,
    builtIn,
    workspace,
    async find(message) {
      const found: TerraformRun[] = [];
      const id = await idOfWorkspace();
      for (let page = 1; page <= MOST_PAGES; page += 1) {
        const query = `page%5Bnumber%5D=${page}&page%5Bsize%5D=${PAGE}`;
        const { data, meta } = await api.get(`workspaces/${id}/runs?${query}`, RUNS);
        found.push(...data.map(asRun).filter((run) => run.message.startsWith(message)));
        if ((meta?.pagination["next-page"] ?? null) === null) break;
      }
      return found;
    },
    async queue(message, { applies }) {
      const id = await idOfWorkspace();
      const version = builtIn ? await upload(message, !applies) : undefined;
      const body = {
        data: {
          type: "runs",
          attributes: { message, "auto-apply": false, ...(applies ? {} : { "plan-only": true }) },
          relationships: {
            workspace: { data: { type: "workspaces", id } },
            ...(version === undefined
              ? {}
              : { "configuration-version": { data: { type: "configuration-versions", id: version } } }),
          },
        },
      };
      return asRun((await api.post("runs", body, RUN)).data);
    },
    look: async (id) => asRun((await api.get(`runs/${id}`, RUN)).data),
    async destroys(id) {
      const { relationships } = (await api.get(`runs/${id}`, RUN)).data;
      if (relationships.plan === undefined)
        throw new RepaveError("TFE_API_REFUSED", `run ${id} does not say which plan it has`);
      const { "resource-destructions": destructions } = await phaseOf("plans", relationships.plan.data.id);
      if (typeof destructions !== "number")
        throw new RepaveError("TFE_API_REFUSED", `the plan of run ${id} does not say what it would destroy`);
      return destructions;
    },
    confirm: (id) => api.act(`runs/${id}/actions/apply`),
    async end(id) {
      const run = asRun((await api.get(`runs/${id}`, RUN)).data);
      if (isOver(run)) return;
      if (run.canBeDiscarded) await api.act(`runs/${id}/actions/discard`);
      else if (run.canBeCanceled) await api.act(`runs/${id}/actions/cancel`);
    },
    async log(id) {
      const { relationships } = (await api.get(`runs/${id}`, RUN)).data;
      const applied = await logOf("applies", relationships.apply?.data.id);
      return applied === "" ? logOf("plans", relationships.plan?.data.id) : applied;
    },
    close: () => api.close(),
  };
}

const runOf = ({ id, attributes }: RunData, page: string): TerraformRun => ({
  id,
  page,
  status: attributes.status,
  message: attributes.message ?? "",
  canBeConfirmed: attributes.actions["is-confirmable"],
  canBeCanceled: attributes.actions["is-cancelable"],
  canBeDiscarded: attributes.actions["is-discardable"],
});
