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

type Kept = Readonly<Record<string, unknown>>;

/** Roles and profiles are kept as they were declared, whoever declared them. */
const kept = (state: RegionState, token: string): readonly Kept[] => Object.values(state.inert[token] ?? {});

const GetInstanceProfile: Operation = ({ state }, params) => {
  const name = required(params, "InstanceProfileName");
  const found = kept(state, "aws:iam/instanceProfile:InstanceProfile").find((each) => each["name"] === name);
  if (!found) throw noSuchEntity(`Instance Profile ${name}`);
  const roles = kept(state, "aws:iam/role:Role").filter((role) => role["name"] === found["role"]);
  return {
    InstanceProfile: {
      InstanceProfileName: name,
      Arn: found["arn"],
      Roles: roles.map((role) => ({ RoleName: role["name"], Arn: role["arn"], Path: role["path"] })),
    },
  };
};

const ListAttachedRolePolicies: Operation = ({ state }, params) => {
  const role = required(params, "RoleName");
  const attached = kept(state, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").filter(
    (each) => each["role"] === role,
  );
  return {
    AttachedPolicies: attached.map(({ policyArn }) => ({
      PolicyName: String(policyArn).split("/").at(-1),
      PolicyArn: policyArn,
    })),
    IsTruncated: false,
  };
};

const GetRole: Operation = (_, params) => {
  throw noSuchEntity(required(params, "RoleName"));
};

export const iam: Service = {
  protocol: "query",
  namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
  version: "2010-05-08",
  unknownOperation: { code: "InvalidAction", status: 400 },
  operations: { SimulatePrincipalPolicy, GetRole, GetInstanceProfile, ListAttachedRolePolicies },
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
