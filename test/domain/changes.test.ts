import fc from "fast-check";
import { ALLOWED_CHANGES, unrepeated } from "../../orchestration/adapters/pulumi/allowedChanges";
import { type ResourceChange, unexpected } from "../../orchestration/domain/changes";

const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const GROUP = "aws:autoscaling/group:Group";
const TARGETS = "aws:lb/targetGroup:TargetGroup";

const change = (type: string, op: ResourceChange["op"], ...properties: string[]): ResourceChange => ({
  type,
  name: "x",
  op,
  properties,
});

describe("what a step may change passes", () => {
  it.each([
    { allowed: "stage", changes: [] },
    { allowed: "stage", changes: [change(TEMPLATE, "update", "userData")] },
    { allowed: "stage", changes: [change(TEMPLATE, "update", "imageId", "userData", "tagSpecifications")] },
    { allowed: "scale", changes: [change(GROUP, "update", "desiredCapacity", "minSize", "maxSize")] },
    { allowed: "scale", changes: [change(GROUP, "update", "launchTemplate")] },
    { allowed: "none", changes: [] },
  ] as const)("$allowed: $changes", ({ allowed, changes }) => {
    expect(unexpected(changes, ALLOWED_CHANGES[allowed])).toEqual([]);
  });
});

describe("anything else is named", () => {
  it.each([
    {
      allowed: "stage",
      of: change(GROUP, "update", "desiredCapacity"),
      says: `update (desiredCapacity) of ${GROUP} "x"`,
    },
    {
      allowed: "stage",
      of: change(GROUP, "update", "launchTemplate"),
      says: `update (launchTemplate) of ${GROUP} "x"`,
    },
    {
      allowed: "stage",
      of: change(TEMPLATE, "update", "userData", "instanceType"),
      says: `update (instanceType) of ${TEMPLATE} "x"`,
    },
    { allowed: "stage", of: change(TEMPLATE, "replace", "userData"), says: `replace of ${TEMPLATE} "x"` },
    { allowed: "scale", of: change(GROUP, "delete"), says: `delete of ${GROUP} "x"` },
    { allowed: "scale", of: change(TEMPLATE, "update", "userData"), says: `update (userData) of ${TEMPLATE} "x"` },
    { allowed: "stage", of: change(TEMPLATE, "update"), says: `update of ${TEMPLATE} "x"` },
    { allowed: "scale", of: change(TARGETS, "update"), says: `update of ${TARGETS} "x"` },
    { allowed: "none", of: change(GROUP, "update", "minSize"), says: `update (minSize) of ${GROUP} "x"` },
    {
      allowed: "none",
      of: change("aws:lb/listener:Listener", "update"),
      says: `update of aws:lb/listener:Listener "x"`,
    },
  ] as const)("$allowed: $says", ({ allowed, of, says }) => {
    expect(unexpected([of], ALLOWED_CHANGES[allowed])).toEqual([says]);
  });
});

const anyChange = fc.record({
  type: fc.constantFrom(TEMPLATE, GROUP, TARGETS, "aws:rds/instance:Instance"),
  name: fc.constantFrom("fleet", "build", "database"),
  op: fc.constantFrom("create", "update", "replace", "delete", "read", "import", "other"),
  properties: fc.uniqueArray(
    fc.constantFrom("userData", "imageId", "desiredCapacity", "minSize", "name", "launchTemplate", "healthCheck"),
  ),
});
const step = fc.constantFrom("stage" as const, "scale" as const, "none" as const);

test("property: whatever is not an update is refused, in any company", () => {
  fc.assert(
    fc.property(fc.array(anyChange), anyChange, fc.array(anyChange), step, (before, one, after, allowed) => {
      fc.pre(one.op !== "update");
      const refused = unexpected([...before, one, ...after], ALLOWED_CHANGES[allowed]);
      expect(refused).toContain(`${one.op} of ${one.type} "${one.name}"`);
    }),
  );
});

test("property: no step may touch anything but the template, the group, and the load balancer's question", () => {
  fc.assert(
    fc.property(anyChange, step, (one, allowed) => {
      fc.pre(one.type !== TEMPLATE && one.type !== GROUP);
      fc.pre(one.type !== TARGETS || String(one.properties) !== "healthCheck");
      expect(unexpected([one], ALLOWED_CHANGES[allowed])).toHaveLength(1);
    }),
  );
});

test("property: each change is judged by itself", () => {
  fc.assert(
    fc.property(fc.array(anyChange), step, (changes, allowed) => {
      expect(unexpected(changes, ALLOWED_CHANGES[allowed])).toEqual(
        changes.flatMap((one) => unexpected([one], ALLOWED_CHANGES[allowed])),
      );
    }),
  );
});

test("of what a cut-off update left pending, only the update of the template is repeated", () => {
  const pending = [`updating ${TEMPLATE} nodes`, `creating ${TEMPLATE} nodes`, `updating ${GROUP} nodes`];
  expect(unrepeated(pending)).toEqual([`creating ${TEMPLATE} nodes`, `updating ${GROUP} nodes`]);
});
