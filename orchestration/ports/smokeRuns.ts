import type { SmokeWorkspace, TerraformRun } from "../domain/proof/smoke";

/**
 * Runs of Terraform in one workspace, through the application's public API and its load balancer, as a user makes them. It touches no run
 * whose id it is not given. Every method throws `TFE_API_UNAVAILABLE` where the same call may succeed later (no connection, 429, 5xx),
 * and `TFE_API_REFUSED` where it will not (401: the token, 404, 409, 422). Errors and results hold no token and no signed address.
 */
export interface SmokeRuns {
  /** `organization/name` of the workspace, and whether the configuration is the built-in one. */
  readonly workspaceName: string;
  readonly builtIn: boolean;
  workspace(): Promise<SmokeWorkspace>;
  /** The workspace's runs whose message begins so, the newest first; among the newest 300. */
  find(message: string): Promise<readonly TerraformRun[]>;
  /** Queues a run. Not to be repeated before `find` has shown that it is not there: it may have been queued without an answer. */
  queue(message: string, options: { readonly applies: boolean }): Promise<TerraformRun>;
  look(id: string): Promise<TerraformRun>;
  /** Resources that the plan of the run would destroy. */
  destroys(id: string): Promise<number>;
  /** Applies a run that waits for it. */
  confirm(id: string): Promise<void>;
  /** Cancels or discards a run that is not over; a run that is over stays as it is. May be repeated. */
  end(id: string): Promise<void>;
  /** The end of its log: of the apply, or where it never came to one, of the plan. */
  log(id: string): Promise<string>;
}
