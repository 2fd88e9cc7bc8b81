import { Option } from "commander";
import { ROLE_ARN } from "../../infra/config/values";
import { initPolicy } from "../../infra/permissions/init";
import { nodeManagedPolicies, nodeNeeds, nodeStatements } from "../../infra/permissions/node";
import { builderPolicy, doctorPolicy, movePolicy, operatorPolicy } from "../../infra/permissions/operator";
import { rolloutPolicy } from "../../infra/permissions/rollout";
import { scopeOf, type Scope } from "../../infra/permissions/scope";
import { policyDocument, type PolicyDocument } from "../../infra/permissions/statement";
import { parseRunStore } from "../../infra/runs/runStore";
import { RepaveError } from "../domain/errors";
import { onlyStack, plainStackName, readStack, runsDirOf } from "../wiring/stacks";
import type { Io } from "./io";
import { stackOption } from "./options";
import { examples, type Verb } from "./parts/verb";

const ROLES = ["operator", "node", "builder", "doctor", "init", "migrate", "rollout"] as const;

export interface IamPolicyOptions {
  readonly stack?: string;
  readonly for: (typeof ROLES)[number];
  readonly account?: string;
  /** ARN of the role of a given instance profile. */
  readonly role?: string;
  /** For `init`: the group whose nodes may be asked. */
  readonly fromGroup?: string;
}

/**
 * Runs `iam-policy`: prints the least-privilege policy of a role for one stack. Of the stack it needs the
 * file alone: no credentials, no engine, nothing built.
 */
export function iamPolicyCommand(options: IamPolicyOptions, io: Io): number {
  if (options.role !== undefined && !ROLE_ARN.test(options.role)) {
    throw new RepaveError("USAGE", `--role ${options.role}: not the ARN of a role`);
  }
  if (options.account !== undefined && !/^\d{12}$/.test(options.account)) {
    throw new RepaveError("USAGE", `--account ${options.account} is not an account id: it must have twelve digits`);
  }
  if (options.for === "init") return print(ofInit(options.fromGroup), io);
  if (options.fromGroup !== undefined) throw new RepaveError("USAGE", "--from-group is for --for init");
  const stack = plainStackName(options.stack ?? onlyStack());
  const { raw, config } = readStack(stack);
  const runs = parseRunStore(runsDirOf(stack, config));
  const region = raw["aws:region"];
  const given = options.role === undefined ? config : { ...config, instanceRoleArn: options.role };
  const scope = scopeOf(stack, given, runs, { region, accountId: options.account });
  if (options.for === "operator" || options.for === "builder") requireRole(scope);
  return print(MAKE[options.for](scope), io);
}

function print({ policy, notes }: Made, io: Io): number {
  io.out(JSON.stringify(policy, null, 2));
  for (const note of notes) io.err(note);
  return 0;
}

/** A policy that may pass on any role would be as good as all of them. Throws `USAGE`. */
function requireRole({ config: { instanceProfile, instanceRoleArn } }: Scope): void {
  if (instanceProfile === undefined || instanceRoleArn !== undefined) return;
  throw new RepaveError(
    "USAGE",
    `the role of instance profile ${instanceProfile} is not known: set tfe:instanceRoleArn, or pass --role ARN`,
  );
}

type Made = { readonly policy: PolicyDocument; readonly notes: readonly string[] };

/** Before there is a stack. */
const ofInit = (group: string | undefined): Made => ({
  policy: initPolicy(group),
  notes: [
    "It is for `init --from-group`, before there is a stack: it reads descriptions of any fleet, database and load balancer of the account.",
    "User data is part of what it reads. If the template has secrets in clear, whoever has this policy can read them there.",
    group === undefined
      ? "It asks no node: for `init --read-node`, pass --from-group."
      : `It runs commands as root on the nodes of ${group}, for --read-node, and makes the secret that a node writes its settings into. Take it away when the stack file is written.`,
  ],
});

const MAKE: Readonly<Record<Exclude<IamPolicyOptions["for"], "init">, (scope: Scope) => Made>> = {
  operator: (scope) => ({
    policy: operatorPolicy(scope),
    notes: [
      where(scope),
      "It covers the orchestrator's own calls and the updates of a run (template version, pin, capacity). To build the stack or change anything else in it, also attach the policy of --for builder.",
      "It does not include access to the Pulumi backend, or to your own KMS key for the run store's bucket.",
    ],
  }),
  doctor: (scope) => ({
    policy: doctorPolicy(scope),
    notes: [
      where(scope),
      "It is for `doctor`, in addition to --for operator: without it the agents of the nodes and the operator's permissions are not checked.",
    ],
  }),
  migrate: (scope) => ({
    policy: movePolicy(scope),
    notes: [where(scope), "It is for `migrate`, in addition to --for operator. Take it away when the fleet has moved."],
  }),
  rollout: (scope) => ({
    policy: rolloutPolicy(scope),
    notes: [
      where(scope),
      "It is for `rollout start`, `status --on aws`, `approve` and `stop`, on the stack that sets rolloutStacks. Whoever has it can repave every stack named there.",
    ],
  }),
  builder(scope) {
    const policy = builderPolicy(scope);
    return {
      policy,
      notes: [
        where(scope),
        "It is for `pulumi up` and `pulumi destroy`, in addition to --for operator. It can create roles, so give it to few people.",
        "It covers what this stack's configuration creates, `services: build`, jobs and rollouts included. The calls follow the provider's documentation and AWS's service authorization reference; they were not recorded on an AWS account.",
        ...tooLong(policy),
      ],
    };
  },
  node(scope) {
    const needs = nodeNeeds(scope.config);
    const managed = nodeManagedPolicies(needs);
    const given = scope.config.instanceProfile;
    return {
      policy: policyDocument(nodeStatements(needs)),
      notes: [
        given === undefined
          ? "The stack attaches this policy to its nodes' role."
          : `The role of the instance profile ${given} must have this policy.`,
        ...managed.map((arn) => `The role also needs AWS's own ${arn}, for the Systems Manager agent.`),
      ],
    };
  },
};

/** Characters that IAM takes in a managed policy; in the policies within one role it takes 10,240. */
const MANAGED_POLICY_LIMIT = 6_144;

/** IAM does not count white space. */
function tooLong(policy: PolicyDocument): readonly string[] {
  const { length } = JSON.stringify(policy);
  if (length <= MANAGED_POLICY_LIMIT) return [];
  return [
    `It has ${length} characters, and a managed policy takes ${MANAGED_POLICY_LIMIT}. Put it into the role itself: aws iam put-role-policy --role-name <role> --policy-name tfe-builder --policy-document file://builder.json`,
  ];
}

const where = ({ accountId, region, stack }: Scope): string =>
  `Limited to stack ${stack} in account ${accountId}, region ${region} (--account chooses another account).`;

export const iamPolicyVerb: Verb = {
  name: "iam-policy",
  acts: false,
  register({ io, verb, exit }) {
    verb("Print the least-privilege IAM policy of a stack's operator, nodes, builder, doctor or rollouts, or of init.")
      .addOption(stackOption)
      .addOption(new Option("--for <role>", "who the policy is for").choices(ROLES).default("operator"))
      .option(
        "--account <id>",
        "the stack's account (default: the account of its target group, certificate or secrets)",
      )
      .option("--from-group <name>", "for init: the group whose nodes `init --read-node` may ask")
      .option("--role <arn>", "role of the stack's instanceProfile (default: tfe:instanceRoleArn)")
      .addHelpText(
        "after",
        examples(
          "npm run iam-policy --silent -- --stack production > operator.json",
          "npm run iam-policy --silent -- --stack production --for node > node.json",
        ),
      )
      .action((options: IamPolicyOptions) => {
        exit(iamPolicyCommand(options, io));
      });
  },
};
