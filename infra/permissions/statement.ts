/** The parts of which IAM policies are made here. Pure. */

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

/**
 * Two needs may ask for the same, and a managed policy has little room: what is allowed on the same resources under the same condition
 * stands in one statement, by the name of the first.
 */
export function policyDocument(statements: readonly Statement[]): PolicyDocument {
  const together = new Map<string, Statement>();
  for (const statement of statements) {
    const key = JSON.stringify([statement.Resource, statement.Condition]);
    const before = together.get(key);
    const Action = [...new Set([...(before?.Action ?? []), ...statement.Action])];
    together.set(key, { ...(before ?? statement), Action });
  }
  return { Version: "2012-10-17", Statement: [...together.values()] };
}

/** A statement, or none where there is nothing that it could be about. */
export function allow(
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
  Condition?: Statement["Condition"],
): readonly Statement[] {
  if (Resource.length === 0) return [];
  return [{ Sid, Effect: "Allow", Action, Resource, ...(Condition && { Condition }) }];
}

/** For calls that IAM cannot narrow to a resource. */
export const ANYTHING = ["*"] as const;
