import { AwsError } from "../../region/api";
import { inEffect } from "../../region/faultEffects";
import type { RegionState } from "../../region/model";
import { required, texts } from "../params";
import type { Operation, Service } from "../service";

/** The lab's user may do everything, but for what a fault refuses for lack of a permission. */
const SimulatePrincipalPolicy: Operation = ({ state }, params) => {
  const source = required(params, "PolicySourceArn");
  if (source !== userArn(state)) throw noSuchEntity(source);
  const actions = texts(params, "ActionNames") ?? [];
  const resources = texts(params, "ResourceArns") ?? ["*"];
  return {
    EvaluationResults: actions.flatMap((action) =>
      resources.map((resource) => ({
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: isDenied(state, action) ? "implicitDeny" : "allowed",
        MatchedStatements: [],
        MissingContextValues: [],
      })),
    ),
    IsTruncated: false,
  };
};

const GetRole: Operation = (_, params) => {
  throw noSuchEntity(required(params, "RoleName"));
};

/** What the provider has made of it. */
const GetInstanceProfile: Operation = ({ state }, params) => {
  const name = required(params, "InstanceProfileName");
  const named = (token: string, key: unknown) =>
    Object.values(state.inert[token] ?? {}).find((each) => each["name"] === key);
  const profile = named("aws:iam/instanceProfile:InstanceProfile", name);
  if (!profile) throw noSuchEntity(name);
  const role = named("aws:iam/role:Role", profile["role"]);
  const roles = role ? [{ RoleName: role["name"], Arn: role["arn"], Path: "/" }] : [];
  return { InstanceProfile: { InstanceProfileName: name, Arn: profile["arn"], Path: "/", Roles: roles } };
};

export const iam: Service = {
  protocol: "query",
  namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
  version: "2010-05-08",
  unknownOperation: { code: "InvalidAction", status: 400 },
  operations: { SimulatePrincipalPolicy, GetRole, GetInstanceProfile },
};

/** The user whose credentials the lab gives out. */
export const userArn = ({ accountId }: RegionState): string => `arn:aws:iam::${accountId}:user/lab`;

/** What makes a call be refused makes its simulation deny. */
function isDenied(state: RegionState, action: string): boolean {
  const [, operation = ""] = action.split(":");
  return inEffect(state, "calls-refused").some(
    ({ effect }) => effect.how === "denied" && (effect.operations?.includes(operation) ?? true),
  );
}

const noSuchEntity = (name: string): AwsError => new AwsError("NoSuchEntity", `${name} cannot be found.`, 404);
