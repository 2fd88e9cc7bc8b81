import { examplesOf } from "../../../infra/permissions/examples";
import { builderPolicy, doctorPolicy, operatorPolicy } from "../../../infra/permissions/operator";
import { actionsOf, allows } from "../../support/iam";
import { scope } from "./scope";

const ACCOUNT = "123456789012";

const BUILT = {
  services: "build",
  zones: '["eu-central-1a","eu-central-1b"]',
  ...Object.fromEntries(
    ["vpcId", "nodeSubnetIds", "settingsSecretArn", "bucket", "databaseId"].map((key) => [key, undefined]),
  ),
};

describe("examples of what a policy allows", () => {
  it.each([
    ["operator", operatorPolicy(scope())],
    ["operator of built services", operatorPolicy(scope(BUILT))],
    ["builder", builderPolicy(scope())],
    ["doctor", doctorPolicy(scope())],
  ])("of the %s: every action on resources without a star, each of which that policy allows", (_role, policy) => {
    const examples = examplesOf(policy, ACCOUNT);
    expect([...new Set(examples.flatMap(({ actions }) => actions))].sort()).toEqual(actionsOf(policy.Statement));
    const requests = examples.flatMap(({ actions, resources, context }) =>
      actions.flatMap((action) =>
        (resources.length === 0 ? ["*"] : resources).map((resource) => ({
          action,
          resource,
          context: Object.fromEntries(Object.entries(context).map(([key, [value = ""]]) => [key, value])),
        })),
      ),
    );
    expect(requests.filter(({ resource }) => resource !== "*" && resource.includes("*"))).toEqual([]);
    expect(requests.filter((request) => !allows(policy, request))).toEqual([]);
  });

  it("are in the account of the caller where a policy leaves it open", () => {
    const accounts = examplesOf(operatorPolicy(scope()), ACCOUNT).flatMap(({ resources }) =>
      resources.map((resource) => resource.split(":")[4]),
    );
    expect(new Set(accounts)).toEqual(new Set([ACCOUNT, ""]));
  });
});
