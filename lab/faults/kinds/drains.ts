import type { Exec, Fault, RegionState } from "../../region/model";
import { breakOff } from "../../region/node/execs";
import { enter } from "../../region/node/phases";
import { serial } from "../../region/random";
import { type Act, type Entry, subjectOf } from "../entry";

/** Faults of the drain, and of the way to a node and to the database's backup. */
export const DRAIN_FAULTS = {
  "drain-hangs": {
    does: "A job on the first node that is drained takes four hours.",
    standsFor: "a drain that does not end",
    when: "drain",
    for: 14_400,
    target: "draining",
    act: holdJobOf(),
  },
  "run-image-by-digest": {
    does: "A run of four hours on the first node that is drained has an image that no setting names, given by its digest.",
    standsFor: "a worker image of the site's own that is pinned by its digest",
    when: "drain",
    for: 14_400,
    target: "draining",
    act: holdJobOf("runs.example.com/acme/worker@sha256:9d2f1f2a7c4be0c6"),
  },
  "run-image-by-id": {
    does: "A run of four hours on the first node that is drained has an image that is shown by its id.",
    standsFor: "a worker image whose name another image has taken",
    when: "drain",
    for: 14_400,
    target: "draining",
    act: holdJobOf("4f1d0c3b2a19"),
  },
  "run-image-private": {
    does: "A run of four hours on the first node that is drained has an image of a private registry, under a name like the vendor's.",
    standsFor: "a worker image that a site builds from the vendor's and keeps in its own registry",
    when: "drain",
    for: 14_400,
    target: "draining",
    act: holdJobOf("registry.example.com:5000/hashicorp/tfe-worker:3"),
  },
  "sidecar-starts": {
    does: "A container of the site's own starts on the first node that is drained, and stays for four hours.",
    standsFor: "an agent that nobody here knows, and that cannot be told from a run",
    when: "drain",
    for: 14_400,
    target: "draining",
    act: startSidecar,
  },
  "drain-returns-early": {
    does: "The first `node-drain` reports after five seconds that it is done, while jobs are still running.",
    standsFor: "a drain that is reported done too early, as `node-drain` before v202307-1 did",
    when: "drain",
    after: 5,
    target: "draining",
    act: (state, fault) =>
      onDrain(state, fault, (exec, ip) => {
        breakOff(state, exec, { exitCode: 0, stdout: `Draining node ${ip}\nNode drain completed\n`, stderr: "" });
        return "said that the drain was completed";
      }),
  },
  "drain-fails": {
    does: "The first `node-drain` exits with status 1, and its node keeps taking jobs.",
    standsFor: "a drain with an unknown outcome, as `node-drain` of v202302-1 and v202303-1 with agents",
    when: "drain",
    times: 1,
    target: "draining",
    act: (state, fault) =>
      onDrain(state, fault, (exec) => {
        breakOff(state, exec, { exitCode: 1, stdout: "", stderr: "Error: node-drain: could not stop the worker\n" });
        const node = subjectOf(state, fault)?.node;
        if (node) enter(state, node, "started", undefined);
        return "did not drain";
      }),
  },
  "node-unreachable": {
    does: "Neither SSM nor SSH reaches the first old node for five minutes; the node keeps working.",
    standsFor: "an agent or a network that fails for a while",
    when: "fenced",
    for: 300,
    target: "first-old",
    effect: () => ({ kind: "unreachable" }),
  },
  "snapshot-fails": {
    does: "The snapshot of the database ends as failed.",
    standsFor: "a backup that is missing when it is needed",
    when: "snapshot",
    act: failSnapshot,
  },
} as const satisfies Readonly<Record<string, Entry>>;

/** Without an image: the one that the node's settings select. */
function holdJobOf(image?: string): Act {
  return (state, fault) => {
    const instance = subjectOf(state, fault);
    if (instance?.node.phase !== "draining") return undefined;
    return {
      act: () => {
        const durationMs = fault.forMs ?? 0;
        const times = { queuedAt: state.now, startedAt: state.now, endsAt: state.now + durationMs, durationMs };
        const id = `run-${String(serial(state)).padStart(8, "0")}`;
        state.jobs.push({ id, instanceId: instance.id, ...times, ...(image === undefined ? {} : { image }) });
        const what = image === undefined ? id : `${id} in ${image}`;
        return `${what} on ${instance.id} will take ${durationMs / 1000} s`;
      },
    };
  };
}

function startSidecar(state: RegionState, fault: Fault): ReturnType<Act> {
  const instance = subjectOf(state, fault);
  if (instance?.node.phase !== "draining") return undefined;
  return {
    act: () => {
      const until = state.now + (fault.forMs ?? Infinity);
      instance.node.containers = [{ image: "acme/sidecar:3", name: "sidecar", until }];
      return `acme/sidecar:3 runs on ${instance.id}`;
    },
  };
}

/** Meddles with the `node-drain` that runs on the subject while there is work on it. */
function onDrain(state: RegionState, fault: Fault, act: (exec: Exec, ip: string) => string): ReturnType<Act> {
  const instance = subjectOf(state, fault);
  const exec = state.execs.find(
    (each) => each.instanceId === fault.subject && each.waitsFor === "drain" && !each.result,
  );
  if (instance?.node.phase !== "draining" || !exec) return undefined;
  return { act: () => `node-drain on ${instance.id} ${act(exec, instance.privateIp)}` };
}

function failSnapshot(state: RegionState, { addedAt }: Fault): ReturnType<Act> {
  const snapshot = state.dbSnapshots.find(({ createdAt, failed }) => createdAt >= addedAt && !failed);
  if (!snapshot) return undefined;
  return {
    act: () => {
      snapshot.failed = true;
      return `the snapshot ${snapshot.id} will fail`;
    },
  };
}
