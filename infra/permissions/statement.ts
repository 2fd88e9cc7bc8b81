/** The parts of which IAM policies are made here. Pure. */

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

export function policyDocument(statements: readonly Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
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
