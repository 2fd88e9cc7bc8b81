import { hex } from "../../region/random";
import type { RegionState } from "../../region/model";
import type { Context, Fields } from "../noun";
import type { Props } from "../value";
import { inert, type Inert } from "./inert";
import { NAMED, physicalName } from "./shared";

/** IAM is global: no region in its ARNs, and none to choose. */
const TAGGED: Fields = { tags: {}, tagsAll: { computed: true } };

const text = (inputs: Props, key: string): string | undefined => {
  const value = inputs[key];
  return typeof value === "string" ? value : undefined;
};

function nameOf(inputs: Props, context: Context): string {
  const [name, namePrefix] = [text(inputs, "name"), text(inputs, "namePrefix")];
  return physicalName({ name, namePrefix }, context);
}

const iamArn = (state: RegionState, kind: string, path: string, name: string): string =>
  `arn:aws:iam::${state.accountId}:${kind}${path}${name}`;

/** IAM's own id: a prefix for the kind and 17 letters and digits. */
const uniqueId = (state: RegionState, prefix: string): string => prefix + hex(state, 17).toUpperCase();

const date = (state: RegionState): string => new Date(state.now).toISOString().replace(/\.\d+Z$/, "Z");

/** Roles and profiles: the name is the id. */
function principal(token: string, kind: string, prefix: string, fields: Fields): Inert {
  return {
    token,
    fields: { ...NAMED, ...TAGGED, path: { fallback: "/", replaces: true }, ...fields },
    outputs: ["arn", "createDate", "uniqueId"],
    maxName: 64,
    duplicate: "EntityAlreadyExists",
    id: nameOf,
    derive: (name, inputs, { region: { state } }) => ({
      name,
      arn: iamArn(state, kind, text(inputs, "path") ?? "/", name),
      createDate: date(state),
      uniqueId: uniqueId(state, prefix),
    }),
  };
}

export const role = inert(
  principal("aws:iam/role:Role", "role", "AROA", {
    assumeRolePolicy: { required: true, json: true },
    description: {},
    forceDetachPolicies: { fallback: false },
    maxSessionDuration: { fallback: 3600 },
    permissionsBoundary: {},
    inlinePolicies: { computed: true, set: true },
    managedPolicyArns: { computed: true, set: true },
  }),
);

export const instanceProfile = inert(
  principal("aws:iam/instanceProfile:InstanceProfile", "instance-profile", "AIPA", { role: {} }),
);

export const rolePolicy = inert({
  token: "aws:iam/rolePolicy:RolePolicy",
  fields: { ...NAMED, role: { required: true, replaces: true }, policy: { required: true, json: true } },
  outputs: [],
  maxName: 128,
  duplicate: "EntityAlreadyExists",
  id: (inputs, context) => `${text(inputs, "role") ?? ""}:${nameOf(inputs, context)}`,
  derive: (id) => ({ name: id.slice(id.indexOf(":") + 1) }),
});

export const rolePolicyAttachment = inert({
  token: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  fields: { role: { required: true, replaces: true }, policyArn: { required: true, replaces: true } },
  outputs: [],
  // Attaching twice is one attachment: the provider's own id is a name of the moment.
  id: (inputs, { region }) => `${text(inputs, "role") ?? ""}-${hex(region.state, 26)}`,
  derive: () => ({}),
});
