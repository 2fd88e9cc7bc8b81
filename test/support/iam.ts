import type { PolicyDocument, Statement } from "../../infra/permissions/statement";

/** One thing that is asked of IAM: an action on a resource, in a context (`aws:ResourceTag/…`). */
export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

/** IAM's decision as its user guide describes it, for policies that only allow: some statement must match in all its parts. */
export const allows = ({ Statement: statements }: PolicyDocument, request: Request): boolean =>
  statements.some((statement) => matches(statement, request));

function matches(
  { Action, Resource, Condition = {} }: Statement,
  { action, resource, context = {} }: Request,
): boolean {
  return (
    Action.some((pattern) => like(pattern, action)) &&
    Resource.some((pattern) => like(pattern, resource)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => [wanted].flat().some((one) => holds(operator, one, context[key]))),
    )
  );
}

function holds(operator: string, wanted: string, given: string | undefined): boolean {
  if (given === undefined) return false;
  if (operator === "StringEquals" || operator === "Bool") return given === wanted;
  if (operator === "StringLike" || operator === "ArnLike") return like(wanted, given);
  throw new Error(`The operator ${operator} is not known here`);
}

/** `*` any characters, `?` one. */
function like(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s").test(text);
}

/** Every action that a policy names, once, in order. */
export const actionsOf = (statements: readonly Statement[]): readonly string[] =>
  [...new Set(statements.flatMap(({ Action }) => Action))].sort();
