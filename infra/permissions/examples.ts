/** What a policy allows, as examples that IAM's simulator can be asked about. Pure. */
import type { PolicyDocument, Statement } from "./statement";

/** Every action of a statement on one example of each of its resources, in a context in which its condition holds. */
export interface Example {
  readonly actions: readonly string[];
  /** Empty: any resource. */
  readonly resources: readonly string[];
  /** Values by context key. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** The simulator takes resources that do not exist (IAM API reference, SimulatePrincipalPolicy). */
const SOME_ID = "0a1b2c3d4e5f60718";

/** An example of each statement, in this account. Statements about the same resources in the same context become one. */
export function examplesOf({ Statement: statements }: PolicyDocument, accountId: string): readonly Example[] {
  const byPlace = new Map<string, Example>();
  for (const statement of statements) {
    const example = exampleOf(statement, accountId);
    const place = JSON.stringify([example.resources, example.context]);
    const actions = [...new Set([...(byPlace.get(place)?.actions ?? []), ...example.actions])];
    byPlace.set(place, { ...example, actions });
  }
  return [...byPlace.values()];
}

function exampleOf({ Action: actions, Resource, Condition = {} }: Statement, accountId: string): Example {
  const context = Object.values(Condition).flatMap((keys) => Object.entries(keys));
  return {
    actions,
    resources: Resource.filter((resource) => resource !== "*").map((resource) => concrete(resource, accountId)),
    context: Object.fromEntries(
      context.map(([key, values]) => [key, [values].flat().map((value) => concrete(value, accountId))]),
    ),
  };
}

/** The pattern with something in the place of each star. Other text than an ARN loses its stars. */
function concrete(pattern: string, accountId: string): string {
  if (!pattern.startsWith("arn:")) return pattern.replaceAll("*", "");
  const [arn = "", partition = "", service = "", region = "", account = "", ...rest] = pattern.split(":");
  const resource = rest.join(":").replace(/^\*\/\*$/, `instance/${SOME_ID}`);
  const owner = account === "*" ? accountId : account;
  return [arn, partition, service, region, owner, resource.replaceAll("*", SOME_ID)].join(":");
}
