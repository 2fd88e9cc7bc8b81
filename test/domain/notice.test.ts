import type { RunEvent } from "../../orchestration/domain/events";
import { noticeMemory, noticeOf, type NoticeDraft, withOutage } from "../../orchestration/domain/notice";
import { aFinish, PLAN } from "../support/events";
import { releaseOf } from "../support/release";

/** What is told of these events, one after the other. */
function told(events: readonly RunEvent[], unattended = false): readonly NoticeDraft[] {
  let memory = noticeMemory("prod", unattended);
  return events.flatMap((event) => {
    const [next, draft] = noticeOf(memory, event);
    memory = next;
    return draft ? [draft] : [];
  });
}

const STARTED: RunEvent = { event: "run.started", runId: "run-1", plan: PLAN, operator: "ann@ops" };
const passed = (hop: number, instanceId: string): RunEvent => ({
  event: "gate.passed",
  hop,
  instanceId,
  firstGreenAt: 9,
});
const HALT: RunEvent = {
  event: "run.failed",
  step: "gate",
  code: "GATE_TIMEOUT",
  detail: "i-1 is not healthy",
  fleet: "held as it is",
};

it("a run is told in its course, each hop's first healthy node once", () => {
  const events: RunEvent[] = [
    STARTED,
    { event: "step.finished", step: "fence", hop: 1, seconds: 1 },
    { event: "step.finished", step: "drain", hop: 0, seconds: 60 },
    { event: "outage.began", at: 1 },
    { event: "outage.ended", at: 2 },
    { event: "outage.began", at: 3 },
    passed(0, "i-1"),
    { event: "outage.began", at: 5 },
    passed(1, "i-2"),
    passed(1, "i-3"),
    {
      ...aFinish("done"),
      outageSeconds: 477,
      nodeBuildSeconds: 383,
      nodes: [{ instanceId: "i-2", release: releaseOf(692), healthy: true }],
    },
  ];
  expect(told(events).map(({ kind, title }) => [kind, title])).toEqual([
    ["started", "Terraform Enterprise prod: 610 (v202204-2) → 692 (v202304-1) started"],
    ["drained", "Terraform Enterprise prod: every node is drained"],
    ["outage-began", "Terraform Enterprise prod: the service no longer answers"],
    ["first-node-healthy", "Terraform Enterprise prod: the first node is healthy"],
    ["outage-began", "Terraform Enterprise prod: the service no longer answers"],
    ["first-node-healthy", "Terraform Enterprise prod: the first node is healthy"],
    ["done", "Terraform Enterprise prod: done"],
  ]);
  expect(told(events)[0]?.lines).toEqual([
    "2 repaves, one after the other, each with an outage of about one node build; 2 nodes at the end.",
    "Run run-1, by ann@ops.",
  ]);
  expect(told(events).at(-1)?.lines).toEqual([
    "Release 692 (v202304-1).",
    "1 of 1 nodes healthy.",
    "Service down for 7 min 57 s; the first nodes took 6 min 23 s to build.",
  ]);
});

it("a patch says which image it leaves and which it brings", () => {
  const plan = { ...PLAN, hops: [{ release: releaseOf(610), image: "ami-b" }] };
  const [notice] = told([{ ...STARTED, plan }]);
  expect(notice?.title).toBe("Terraform Enterprise prod: repave of 610 (v202204-2) started");
  expect(notice?.lines).toContain("Image ami-a → ami-b.");
});

it("a halt says why, in what state the fleet is, and what to do", () => {
  const [, notice] = told([STARTED, HALT, aFinish("halted")]);
  expect(notice).toMatchObject({ kind: "halted", runId: "run-1", code: "GATE_TIMEOUT" });
  expect(notice?.lines).toEqual([
    "The node did not pass the gate in time (GATE_TIMEOUT, at gate): i-1 is not healthy",
    "Fleet: held as it is.",
    expect.stringMatching(/^Next: The node is left running. It may be migrating/),
    "To resume: npm run upgrade -- --stack prod --resume",
  ]);
});

it.each(["failed", "blocked", "interrupted"] as const)("a run that ended %s is told with its reason", (outcome) => {
  expect(told([STARTED, HALT, aFinish(outcome)])[1]).toMatchObject({ kind: outcome, code: "GATE_TIMEOUT" });
});

it("an abort is told without the reason of the halt before it", () => {
  expect(told([HALT, aFinish("aborted")])).toEqual([expect.objectContaining({ kind: "aborted", code: null })]);
});

it("a run that could not begin is news only where nobody watches", () => {
  const refused = { ...aFinish("blocked"), runId: null };
  expect(told([HALT, refused])).toEqual([]);
  expect(told([HALT, refused], true)).toEqual([expect.objectContaining({ kind: "blocked", runId: null })]);
});

it.each(["nothing-to-do", "declined"] as const)("a run that ended %s is no news", (outcome) => {
  expect(told([{ ...aFinish(outcome), runId: null }], true)).toEqual([]);
});

it("the outage is told as measured, and not at all where it is not known", () => {
  const [, draft] = told([STARTED, passed(0, "i-1")]);
  if (!draft) throw new Error("no notice");
  const parts = { deregistration: 0, termination: 0, overhead: 0, build: 0, firstAnswer: 0 };
  const measured = withOutage(draft, {
    outageSeconds: 59.6,
    nodeBuildSeconds: 40,
    preparedSeconds: 0,
    outageRatio: 1.5,
    parts,
  });
  expect(measured.lines.at(-1)).toBe("Service down for 60 s so far; the node took 40 s to build.");
  expect(measured).toMatchObject({ outageSeconds: 59.6, nodeBuildSeconds: 40 });
  expect(withOutage(draft, undefined)).toEqual({ ...draft, outageSeconds: null });
});
