import type { EngineEvent } from "@pulumi/pulumi/automation";
import { eventLog } from "../../../orchestration/adapters/pulumi/events";

type Step = Partial<NonNullable<EngineEvent["resourcePreEvent"]>["metadata"]>;

const URN = "urn:pulumi:prod::tfe::tfe:infra:Fleet$aws:autoscaling/group:Group::nodes";
const GROUP = { type: "aws:autoscaling/group:Group" };

function logOf(...steps: Step[]) {
  const log = eventLog({ PULUMI_CONFIG_PASSPHRASE: "correct horse" });
  for (const step of steps) {
    log.record({
      sequence: 1,
      timestamp: 1,
      resourcePreEvent: { metadata: { op: "update", provider: "", urn: URN, ...GROUP, ...step } },
    });
  }
  return log;
}

const update = { diffKind: "update", inputDiff: true } as never;

describe("changes", () => {
  it("names a resource, what happens to it, and the top of every path that differs", () => {
    const detailedDiff = {
      "launchTemplate.version": update,
      "tags[0].value": update,
      '["a.b"].c': update,
      minSize: update,
    };
    expect(logOf({ detailedDiff, diffs: ["other"] }).changes()).toEqual([
      { ...GROUP, name: "nodes", op: "update", properties: ["a.b", "launchTemplate", "minSize", "tags"] },
    ]);
  });

  it("takes the plain list of differences where there is no detailed one", () => {
    expect(logOf({ diffs: ["maxSize", "minSize"] }).changes()).toMatchObject([{ properties: ["maxSize", "minSize"] }]);
  });

  it.each(["same", "refresh", "read-discard"])("leaves out the step %s", (op) => {
    expect(logOf({ op: op as never }).changes()).toEqual([]);
  });

  it.each(["pulumi:pulumi:Stack", "pulumi:providers:aws"])("leaves out %s", (type) => {
    expect(logOf({ type, op: "create" }).changes()).toEqual([]);
  });

  it("shows a replacement once, with all that it is about, whatever its steps", () => {
    const steps = ["create-replacement", "replace", "delete-replaced"] as const;
    const changes = logOf(...steps.map((op, at) => ({ op, diffs: [`p${at}`] }))).changes();
    expect(changes).toMatchObject([{ op: "replace", properties: ["p0", "p1", "p2"] }]);
  });

  it("does not pass a step that it does not know for a harmless one", () => {
    expect(logOf({ op: "of-tomorrow" as never }).changes()).toMatchObject([{ op: "other" }]);
  });
});

it("knows what the engine is busy with, and forgets what has ended", () => {
  const log = logOf({ op: "update" });
  expect(log.busyWith()).toBe("updating aws:autoscaling/group:Group nodes");
  const metadata = { op: "update" as const, provider: "", urn: URN, ...GROUP };
  log.record({ sequence: 2, timestamp: 2, resOutputsEvent: { metadata } });
  expect(log.busyWith()).toBeUndefined();
});

describe("errors", () => {
  const said = (severity: "error" | "warning", message: string): EngineEvent => ({
    sequence: 1,
    timestamp: 1,
    diagnosticEvent: { severity, message, color: "raw" },
  });

  it("are the engine's words without colours, once each", () => {
    const log = eventLog({ PULUMI_CONFIG_PASSPHRASE: "correct horse" });
    log.record(said("warning", "mind this"));
    log.record(said("error", "<{%fg 1%}>creating group:<{%reset%}>\n  no capacity"));
    log.record(said("error", "creating group: no capacity"));
    log.record(said("error", "update failed at correct horse"));
    expect(log.errors()).toBe("creating group: no capacity; update failed at [secret]");
  });
});
