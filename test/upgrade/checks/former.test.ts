import type { Fleet, Group, Instance } from "../../../orchestration/domain/fleet";
import { REPLICATED } from "../../../orchestration/dialects/replicated";
import type { Settings } from "../../../orchestration/domain/settings";
import type { Plan } from "../../../orchestration/domain/plan";
import type { FleetSeen } from "../../../orchestration/fleet/observe";
import type { FormerFacts } from "../../../orchestration/ports/account/former";
import type { Finding, Looking } from "../../../orchestration/upgrade/checks/check";
import { FORMER_CHECKS } from "../../../orchestration/upgrade/checks/former";
import { releaseOf } from "../../support/release";

const ARN = "arn:targets";
const release = releaseOf(610);
const FACTS: FormerFacts = {
  gracePeriodSeconds: 900,
  targetGroupArns: [ARN],
  otherGroups: [],
  offline: [],
  role: undefined,
  secretsInUserData: [],
  namesRelease: true,
};
const FOUND = { min: 2, max: 2, desired: 2, version: "$Latest", suspended: [], release, image: "ami-1" };

const group = (name: string, count: number, more: Partial<Group> = {}): Group =>
  ({
    name,
    min: count,
    max: count,
    desired: count,
    launches: { from: "template", id: "lt-1", version: "$Latest", isOwn: false },
    templateVersion: "$Latest",
    suspended: [],
    ...more,
  }) as Group;

const node = (id: string, more: Partial<Instance> = {}): Instance =>
  ({ id, state: "running", place: "inService", former: true, templateVersion: 1, ...more }) as Instance;

interface World {
  readonly way?: "in" | "back" | undefined;
  readonly facts?: Partial<FormerFacts>;
  readonly fleet?: Partial<Fleet>;
  readonly preview?: readonly unknown[];
  /** What a node that serves has, and what a new one would. */
  readonly settings?: { readonly now: Settings; readonly built: Settings };
}

const SAME = { enc_password: { digest: "a" }, capacity_memory: { plain: "512" } };

async function finding(
  id: string,
  { way, facts, fleet, preview = [], settings = { now: SAME, built: SAME } }: World,
): Promise<Finding> {
  const found = FORMER_CHECKS.find((each) => each.id === id);
  if (!found) throw new Error(`there is no check ${id}`);
  const plan = { stack: "test", nodeCount: 2, ...(way && { adoption: { way, group: "old" } }) } as Plan;
  const stack = {
    preview: () => Promise.resolve(preview),
    allowed: { scale: {} },
    appConfig: () => Promise.resolve({ pg_user: "tfe" }),
  };
  const tfe = {
    facts: REPLICATED.facts,
    settingsOfNextBuild: (_: unknown, plain: object) => {
      expect(plain).toEqual({ pg_user: "tfe" });
      return Promise.resolve(settings);
    },
  };
  const ctx = {
    plan,
    ports: { former: {}, stack, tfe },
    formerFacts: () => Promise.resolve({ ...FACTS, ...facts }),
  } as unknown as Looking;
  const seen = {
    outputs: { targetGroupArn: ARN },
    fleet: { group: group("ours", 0), former: group("old", 2), instances: [node("i-1"), node("i-2")], ...fleet },
    nodes: [{ instance: node("i-1", { privateIp: "10.0.0.1" }) }],
  } as unknown as FleetSeen;
  return found.look(ctx, seen);
}

const textOf = (found: Finding): string => JSON.stringify(found ?? "");
const isRed = (found: Finding): boolean => typeof found === "string" || (found !== undefined && "failure" in found);

test.each(FORMER_CHECKS.map(({ id }) => id))("%s passes for a fleet as the vendor's module builds it", async (id) => {
  expect(isRed(await finding(id, { way: "in" }))).toBe(false);
});

test.each<readonly [id: string, world: World, says: RegExp]>([
  ["former-group", { way: "in", fleet: { group: group("ours", 2) } }, /ours is at 2\/2\/2 already/],
  ["former-group", { fleet: { former: group("old", 2) } }, /npm run adopt -- --stack test/],
  [
    "former-group",
    { fleet: { former: group("old", 0, { max: 2, takenOver: { by: "me", found: FOUND } }), instances: [] } },
    /update-auto-scaling-group --min-size 0 --max-size 0 --desired-capacity 0 --auto-scaling-group-name old/,
  ],
  ["former-targets", { way: "in", facts: { targetGroupArns: ["arn:other"] } }, /arn:other, the stack with arn:targets/],
  ["former-targets", { way: "in", facts: { otherGroups: ["blue"] } }, /detach-load-balancer-target-groups .* blue/],
  [
    "former-template",
    { way: "in", fleet: { former: group("old", 2, { launches: { from: "configuration", name: "lc" } }) } },
    /launch configuration lc/,
  ],
  [
    "former-template",
    { way: "in", fleet: { instances: [node("i-1"), node("i-2", { templateVersion: 2 })] } },
    /different versions: 1, 2/,
  ],
  [
    "former-pin",
    { way: "in", facts: { namesRelease: false } },
    /launches \$Latest of its template, and the user data names no release/,
  ],
  [
    "former-settings",
    {
      way: "in",
      settings: {
        now: { ...SAME, redis_pass: { digest: "b" }, restrict_worker_metadata_access: { plain: "0" } },
        built: {
          enc_password: { digest: "c" },
          capacity_memory: undefined,
          restrict_worker_metadata_access: { plain: "1" },
        },
      },
    },
    /^"a new node would differ from i-1 in enc_password, redis_pass"$/,
  ],
  ["way-back", { way: "back", facts: { namesRelease: false } }, /names no release/],
  [
    "former-grace",
    { way: "in", facts: { gracePeriodSeconds: 300 } },
    /--health-check-grace-period 1800 --auto-scaling-group-name old/,
  ],
  [
    "former-reach",
    { way: "in", facts: { offline: ["i-1"], role: "example-tfe" } },
    /attach-role-policy --role-name example-tfe .*AmazonSSMManagedInstanceCore/,
  ],
  ["former-user-data", { way: "in", facts: { secretsInUserData: ["enc_password"] } }, /holds in clear: enc_password/],
  ["adoption-size", { way: "in", preview: [{ type: "x", name: "y", op: "update", properties: ["z"] }] }, /x/],
])("%s is red: %j", async (id, world, says) => {
  const found = await finding(id, world);
  expect(isRed(found)).toBe(true);
  expect(textOf(found)).toMatch(says);
});

test("a group that a run left at zero lets every later run pass, and says by whom", async () => {
  const former = group("old", 0, { takenOver: { by: "stack test run-1", found: FOUND } });
  const found = await finding("former-group", { fleet: { former, instances: [] } });
  expect(isRed(found)).toBe(false);
  expect(textOf(found)).toContain("left by stack test run-1");
});
