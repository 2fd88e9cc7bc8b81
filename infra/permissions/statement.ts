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

/** Two needs may ask for the same: a statement that is the same to the letter stands once. */
export function policyDocument(statements: readonly Statement[]): PolicyDocument {
  const once = new Map(statements.map((statement) => [JSON.stringify(statement), statement]));
  return { Version: "2012-10-17", Statement: [...once.values()] };
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
