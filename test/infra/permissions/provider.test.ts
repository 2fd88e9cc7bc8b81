import { builderPolicy } from "../../../infra/permissions/operator";
import { PROVIDER_CALLS } from "../../../infra/permissions/provider";
import { actionsOf } from "../../support/iam";
import { TYPES } from "../../support/stack";
import { scope } from "./scope";

describe("the builder's policy", () => {
  it("knows every type of resource that the program may declare, and no other", () => {
    expect(Object.keys(PROVIDER_CALLS).sort()).toEqual(Object.values<string>(TYPES).sort());
  });

  it("names the calls of all of them, in the stack's region", () => {
    const [first] = builderPolicy(scope()).Statement;
    expect(first).toMatchObject({
      Resource: ["*"],
      Condition: { StringEquals: { "aws:RequestedRegion": "eu-central-1" } },
    });
    expect(first?.Action).toContain("autoscaling:CreateAutoScalingGroup");
    expect(first?.Action.filter((action) => action.startsWith("iam:"))).toEqual([]);
  });

  it("makes no role but the nodes' own, and none where the stack is given a profile", () => {
    const [, roles] = builderPolicy(scope()).Statement;
    expect(roles).toMatchObject({
      Sid: "BuildNodesRole",
      Resource: [
        "arn:aws:iam::123456789012:role/tfe-test-node",
        "arn:aws:iam::123456789012:instance-profile/tfe-test-node",
      ],
    });
    const given = actionsOf(builderPolicy(scope({ instanceProfile: "given" })).Statement);
    expect(given.filter((action) => action.startsWith("iam:"))).toEqual([
      "iam:CreateServiceLinkedRole",
      "iam:PassRole",
    ]);
  });
});
