import fc from "fast-check";
import { resourceName } from "../../infra/names";

describe("resourceName", () => {
  it.each([
    ["prod", undefined, "tfe-prod"],
    ["prod", "node", "tfe-prod-node"],
    ["team.prod_1", undefined, "tfe-team-prod-1-72c20ca1"],
  ])("names what belongs to stack %s (%s): %s", (stack, suffix, name) => {
    expect(resourceName(stack, suffix)).toBe(name);
  });

  const stackName = fc.stringMatching(/^[a-zA-Z0-9._-]{1,100}$/);

  it("is a name that every AWS service takes", () => {
    fc.assert(
      fc.property(stackName, fc.constantFrom(undefined, "node"), (stack, suffix) => {
        expect(resourceName(stack, suffix)).toMatch(/^tfe-[a-zA-Z0-9-]{0,27}[a-zA-Z0-9]$/);
      }),
    );
  });

  it("is never the same for two stacks", () => {
    fc.assert(
      fc.property(stackName, stackName, (one, other) => {
        fc.pre(one !== other);
        expect(resourceName(one)).not.toBe(resourceName(other));
      }),
    );
  });
});
