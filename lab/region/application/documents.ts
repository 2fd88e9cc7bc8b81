import type { ConfigurationVersion, RegionState, RunPhase, TerraformRun, Workspace } from "../model";
import { actionsOf, isFinal } from "./runs";
import { applicationOf } from "./state";

/** Documents of the API in the shapes of its reference: https://developer.hashicorp.com/terraform/enterprise/api-docs. */

const related = (type: string, id: string, link?: string) => ({
  data: { id, type },
  ...(link === undefined ? {} : { links: { related: link } }),
});

const time = (ms: number): string => new Date(ms).toISOString();

export function workspaceDocument(state: RegionState, workspace: Workspace): object {
  const { id, organization, name } = workspace;
  const current = applicationOf(state).runs.find(
    (run) => run.workspaceId === id && !run.planOnly && run.status !== "pending" && !isFinal(run),
  );
  return {
    id,
    type: "workspaces",
    attributes: {
      name,
      "auto-apply": workspace.autoApply,
      "execution-mode": workspace.executionMode,
      locked: workspace.locked,
      operations: workspace.executionMode !== "local",
      "resource-count": workspace.resourceCount,
      "terraform-version": "1.9.8",
      "vcs-repo": null,
      permissions: { "can-queue-run": true, "can-queue-apply": true, "can-read-settings": true, "can-update": false },
    },
    relationships: {
      organization: related("organizations", organization),
      "current-run": { data: current ? { id: current.id, type: "runs" } : null },
    },
    links: {
      self: `/api/v2/organizations/${organization}/workspaces/${name}`,
      "self-html": `/app/${organization}/workspaces/${name}`,
    },
  };
}

/** The address that takes its files is shown to whoever has just created it, and to nobody later. */
export const configurationDocument = (version: ConfigurationVersion, uploadUrl?: string): object => ({
  id: version.id,
  type: "configuration-versions",
  attributes: {
    "auto-queue-runs": false,
    error: null,
    "error-message": version.status === "errored" ? "the archive cannot be read" : null,
    source: "tfe-api",
    speculative: version.speculative,
    status: version.status,
    "status-timestamps": {},
    "upload-url": uploadUrl ?? null,
    provisional: false,
  },
  relationships: { "ingress-attributes": { data: null } },
  links: { self: `/api/v2/configuration-versions/${version.id}` },
});

export function runDocument(run: TerraformRun): object {
  const at = run.times.map(({ status, at: when }) => [`${status.replaceAll("_", "-")}-at`, time(when)] as const);
  return {
    id: run.id,
    type: "runs",
    attributes: {
      actions: actionsOf(run),
      "auto-apply": false,
      "created-at": time(run.createdAt),
      "canceled-at": run.status === "canceled" ? time(run.times.at(-1)?.at ?? run.createdAt) : null,
      "has-changes": run.plan.status === "finished",
      "is-destroy": false,
      message: run.message,
      "plan-only": run.planOnly,
      source: "tfe-api",
      status: run.status,
      "status-timestamps": Object.fromEntries(at),
      "trigger-reason": "manual",
      permissions: { "can-apply": true, "can-cancel": true, "can-discard": true, "can-force-cancel": false },
    },
    relationships: {
      apply: related("applies", run.apply.id, `/api/v2/runs/${run.id}/apply`),
      "configuration-version": related("configuration-versions", run.configurationVersionId),
      plan: related("plans", run.plan.id, `/api/v2/runs/${run.id}/plan`),
      workspace: related("workspaces", run.workspaceId),
    },
    links: { self: `/api/v2/runs/${run.id}` },
  };
}

export const phaseDocument = (kind: "plans" | "applies", phase: RunPhase, logUrl: string): object => ({
  id: phase.id,
  type: kind,
  attributes: {
    "execution-details": { mode: "remote" },
    ...(kind === "plans" ? { "has-changes": phase.status === "finished" } : {}),
    "resource-additions": 0,
    "resource-changes": 0,
    "resource-destructions": 0,
    "resource-imports": 0,
    status: phase.status,
    "status-timestamps": {},
    "log-read-url": logUrl,
  },
  relationships: { "state-versions": { data: [] } },
  links: { self: `/api/v2/${kind}/${phase.id}` },
});
