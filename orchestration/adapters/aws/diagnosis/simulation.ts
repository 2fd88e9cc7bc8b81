import { type EvaluationResult, GetRoleCommand, IAMClient, paginateSimulatePrincipalPolicy } from "@aws-sdk/client-iam";
import { type Principal, principalOf } from "../../../domain/iam/principal";
import { RepaveError } from "../../../domain/errors";
import type { Simulated, Wanted } from "../../../ports/diagnosis";
import { rememberPlace } from "../asked";
import { type AwsOptions, clientConfig } from "../clients";
import { awsErrorName, callAws } from "../errors";

/** IAM allows few simulations a second. */
const AT_ONCE = 4;

const NO_ROLE = ["NoSuchEntity", "NoSuchEntityException"];

export interface Simulation {
  /** Simulates what the caller of this ARN may do. Throws as `callAws` does. */
  simulate(arn: string, wanted: readonly Wanted[], signal: AbortSignal): Promise<Simulated>;
  destroy(): void;
}

/** IAM's policy simulator. Needs iam:SimulatePrincipalPolicy, and iam:GetRole for a role with a path. */
export function iamSimulation(options: AwsOptions = {}): Simulation {
  const iam = new IAMClient(clientConfig(options));
  rememberPlace(iam, options);

  /** STS leaves out the path of a role, without which IAM does not know it. */
  async function sourceOf(principal: Principal, abortSignal: AbortSignal): Promise<string> {
    if (principal.kind === "user") return principal.arn;
    const command = new GetRoleCommand({ RoleName: principal.name });
    try {
      const { Role: role } = await callAws("GetRole", () => iam.send(command, { abortSignal }));
      return role?.Arn ?? principal.arn;
    } catch (thrown) {
      // Who may not read it can still ask: most roles have no path.
      if (
        thrown instanceof RepaveError &&
        thrown.code === "AWS_REFUSED" &&
        !NO_ROLE.includes(awsErrorName(thrown.cause))
      )
        return principal.arn;
      throw thrown;
    }
  }

  async function evaluate(source: string, { actions, resources, context }: Wanted): Promise<EvaluationResult[]> {
    const request = {
      PolicySourceArn: source,
      ActionNames: [...actions],
      ...(resources.length > 0 ? { ResourceArns: [...resources] } : {}),
      ContextEntries: Object.entries(context).map(([ContextKeyName, values]) => ({
        ContextKeyName,
        ContextKeyValues: [...values],
        ContextKeyType: values.every((value) => value === "true" || value === "false")
          ? ("boolean" as const)
          : ("string" as const),
      })),
    };
    return callAws("SimulatePrincipalPolicy", async () => {
      const results: EvaluationResult[] = [];
      for await (const page of paginateSimulatePrincipalPolicy({ client: iam }, request))
        results.push(...(page.EvaluationResults ?? []));
      return results;
    });
  }

  return {
    destroy: () => iam.destroy(),
    async simulate(arn, wanted, signal) {
      const principal = principalOf(arn);
      if (principal === undefined) throw new RepaveError("AWS_REFUSED", `${arn} is neither a user nor a role`);
      const source = await sourceOf(principal, signal);
      const waiting = [...wanted];
      const results: EvaluationResult[] = [];
      const work = async (): Promise<void> => {
        for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift())
          results.push(...(await evaluate(source, next)));
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      requireDecisions(wanted, results);
      return judged(results);
    },
  };
}

/** What IAM does not decide on is not allowed. Throws `AWS_CALL_FAILED`. */
function requireDecisions(wanted: readonly Wanted[], results: readonly EvaluationResult[]): void {
  const decided = new Set(results.map(({ EvalActionName: action }) => action));
  const left = wanted.flatMap(({ actions }) => actions).filter((action) => !decided.has(action));
  if (left.length > 0) throw new RepaveError("AWS_CALL_FAILED", `IAM does not decide on ${left.join(", ")}`);
}

/** What a denial lacks to be one is a context that only a real call has. */
function judged(results: readonly EvaluationResult[]): Simulated {
  const refused = results.filter(({ EvalDecision: decision }) => decision !== "allowed");
  const isOpen = (result: EvaluationResult): boolean =>
    result.EvalDecision === "implicitDeny" && (result.MissingContextValues ?? []).length > 0;
  const denied = new Set(refused.filter((each) => !isOpen(each)).map(({ EvalActionName: action = "" }) => action));
  const open = refused.filter((each) => isOpen(each) && !denied.has(each.EvalActionName ?? ""));
  return {
    denied: [...denied].sort(),
    open: open.map(({ EvalActionName: action = "", MissingContextValues: keys = [] }) => ({ action, keys })),
  };
}
