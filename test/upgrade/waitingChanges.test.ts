import { acceptedIn, unexpected, waitingIn } from "../../orchestration/domain/changes";
import { ALLOWED_CHANGES } from "../../orchestration/adapters/pulumi/allowedChanges";
import { RepaveError } from "../../orchestration/domain/errors";
import { World } from "../fakes/world";
import { attempt } from "../support/attempt";
import { expectUntouched } from "../support/refusal";

const REDIS = {
  type: "aws:elasticache/replicationGroup:ReplicationGroup",
  name: "redis",
  op: "update",
  properties: ["nodeType"],
} as const;
const DATABASE = {
  type: "aws:rds/instance:Instance",
  name: "database",
  op: "update",
  properties: ["allocatedStorage", "instanceClass"],
} as const;

const because = "the class changes on Sunday";
const overrides = [{ id: "stack-waits", because }];

const waiting = (...waits: World["stack"]["waits"]): World => {
  const world = new World();
  world.stack.waits = waits;
  return world;
};

test("a change that waits for its maintenance window is named, with what can be done, and blocks the run", async () => {
  const world = waiting(REDIS);
  expect((await attempt(world)).outcome).toBe("blocked");
  const red = world.of("check.made").filter(({ ok }) => !ok);
  expect(red).toMatchObject([
    {
      id: "stack-waits",
      observed:
        'update (nodeType) of aws:elasticache/replicationGroup:ReplicationGroup "redis": each preview shows it until AWS has applied it in the maintenance window of that service',
    },
  ]);
  expect(red[0]?.remedy).toMatch(/ Or accept it: --accept stack-waits --because "…"\.$/);
  await expectUntouched(world);
});

test("accepted by name, it is let through in every preview of the run, to its end", async () => {
  const world = waiting(REDIS, DATABASE);
  expect((await attempt(world, {}, { overrides })).outcome).toBe("done");
  expect(world.of("override.used")).toEqual([
    {
      event: "override.used",
      id: "stack-waits",
      because,
      changes: [REDIS, DATABASE].map(({ type, name, properties }) => ({ type, name, properties })),
    },
  ]);
});

test("what AWS has applied meanwhile is no difference any more", async () => {
  const world = waiting(REDIS, DATABASE);
  world.once("stage.built", () => (world.stack.waits = [{ ...DATABASE, properties: ["instanceClass"] }]));
  expect((await attempt(world, {}, { overrides })).outcome).toBe("done");
});

test.each<[string, World["stack"]["waits"][number]]>([
  ["another resource", { ...DATABASE }],
  ["another property", { ...REDIS, properties: ["nodeType", "engineVersion"] }],
  ["another property that might wait", { ...DATABASE, name: "redis" }],
  ["a replacement", { ...REDIS, op: "replace" }],
  ["a deletion", { ...REDIS, op: "delete", properties: [] }],
])("the acceptance is of what was named, not of %s", async (_, more) => {
  const world = waiting(REDIS);
  world.once("fence.found", () => (world.stack.waits = [REDIS, more]));
  const finished = await attempt(world, {}, { overrides });
  expect(finished.outcome).toBe("blocked");
  expect(world.of("run.failed")).toMatchObject([{ step: "stage", code: "UNEXPECTED_CHANGES" }]);
});

test("a run that is resumed knows what was accepted", async () => {
  const world = waiting(REDIS);
  const stop = new AbortController();
  world.once("zero.reached", () => stop.abort(new RepaveError("INTERRUPTED", "stopped")));
  await attempt(world, {}, { overrides, signal: stop.signal });
  expect((await attempt(world, { resume: true })).outcome).toBe("done");
});

test("nothing else is taken for a change that waits", () => {
  const rules = ALLOWED_CHANGES.waiting;
  expect(waitingIn([REDIS, DATABASE], rules)).toHaveLength(2);
  for (const change of [
    { ...REDIS, op: "replace" as const },
    { ...REDIS, properties: [] },
    { ...REDIS, properties: ["nodeType", "authToken"] },
    { ...REDIS, type: "aws:lb/listener:Listener" },
  ]) {
    expect(waitingIn([change], rules)).toEqual([]);
    expect(unexpected([change], {}, [])).toHaveLength(1);
  }
  // The acceptance of another check lets nothing through.
  expect(acceptedIn([{ id: "disk", changes: [REDIS] }])).toEqual([]);
});
