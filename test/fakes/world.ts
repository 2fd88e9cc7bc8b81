import type { BuildConfig, StackOutputs } from "../../infra/contract";
import { RepaveError } from "../../orchestration/domain/errors";
import type { Fleet, Instance } from "../../orchestration/domain/fleet";
import type { ProbeSample } from "../../orchestration/ports/probe";
import type { ResourceChange } from "../../orchestration/ports/stack";
import type { RunEvent } from "../../orchestration/domain/events";
import type { Ports } from "../../orchestration/upgrade/context";
import { FakeClock } from "./clock";
import { memoryRunStore } from "./runStore";

const SECOND = 1000;

/** Durations of the fake estate, in milliseconds. See world.md. */
export interface WorldTimings {
  readonly boot: number;
  readonly start: number;
  readonly deregister: number;
  readonly terminate: number;
  readonly job: number;
}

export const TIMINGS: WorldTimings = {
  boot: 60 * SECOND,
  start: 240 * SECOND,
  deregister: 10 * SECOND,
  terminate: 40 * SECOND,
  job: 90 * SECOND,
};

interface Build {
  readonly release: number;
  readonly image: string;
}

interface Machine {
  readonly id: string;
  readonly version: number;
  readonly build: Build;
  readonly launchedAt: number;
  /** When its last run ends. */
  workUntil: number;
  draining: boolean;
  leavesAt: number | undefined;
}

/** One simulated estate behind every port, on a fake clock. It records what must never happen. */
export class World {
  readonly clock = new FakeClock();
  readonly store = memoryRunStore();
  readonly events: RunEvent[] = [];
  readonly acts: string[] = [];
  readonly violations: string[] = [];
  readonly templates: Build[];
  machines: Machine[] = [];
  suspended: string[] = [];
  config: BuildConfig & { releaseSequence: number; image: string; nodeCount: number };
  pinned = 1;
  desired: number;
  timings = TIMINGS;
  /** Release that a node says it runs, whatever it was built for. */
  lie: number | undefined;
  unhealthy = new Set<string>();
  pending: string[] = [];
  retentionDays = 7;
  /** Set to make `node-drain` return before the work is done, as old releases do. */
  drainsEarly = false;
  #ids = 0;
  #samples: ProbeSample[] = [];
  #probing: AbortController | undefined;

  constructor(options: { release?: number; nodes?: number } = {}) {
    const { release = 610, nodes = 2 } = options;
    this.config = { releaseSequence: release, image: "ami-a", nodeCount: nodes };
    this.templates = [{ release, image: "ami-a" }];
    this.desired = nodes;
    const past = this.clock.now() - 3600 * SECOND;
    for (let n = 0; n < nodes; n++) this.#launch(past, this.clock.now() + this.timings.job * (n + 1));
    this.clock.onTick = () => this.#watch();
  }

  ports(): Ports {
    const { clock, store } = this;
    return {
      clock,
      store,
      operator: "somebody@here",
      reporter: { emit: (event) => void this.events.push(event) },
      fleet: {
        describe: () => this.#answer(this.fleet()),
        suspend: (names) =>
          this.#act(`suspend ${names.length}`, () => (this.suspended = [...new Set([...this.suspended, ...names])])),
        resume: (names) =>
          this.#act(
            `resume ${names.length}`,
            () => (this.suspended = this.suspended.filter((p) => !names.includes(p))),
          ),
        imageProblem: (id) => this.#answer(id.startsWith("ami-") ? undefined : `${id} does not exist`),
      },
      stack: {
        config: () => this.#answer(this.config),
        outputs: () => this.#answer(this.outputs()),
        preview: (change) => this.#answer(this.#difference(change)),
        apply: (change) => this.#apply(change),
        pendingOperations: () => this.#answer(this.pending),
      },
      tfe: {
        drain: (node, signal) => this.#drain(node.instanceId, signal),
        activeWork: ({ instanceId }) => this.#ask(instanceId, (m) => (m.workUntil > clock.now() ? 1 : 0)),
        appStatus: ({ instanceId }) =>
          this.#ask(instanceId, (m) => {
            const state = this.started(m) ? "started" : "starting";
            return {
              sequence: this.lie ?? m.build.release,
              state,
              desiredState: "started",
              isTransitioning: state !== "started",
            };
          }),
        systemStatus: ({ instanceId }) => this.#ask(instanceId, () => ({ Replicated: "ready", Retraced: "ready" })),
        healthCheck: ({ instanceId }) =>
          this.#ask(instanceId, (m) =>
            this.unhealthy.has(m.id)
              ? { passed: [], failed: [{ name: "Redis", detail: "500" }] }
              : { passed: ["Archivist"], failed: [] },
          ),
        selfCheck: ({ instanceId }) =>
          this.#ask(instanceId, (m) => ({ status: this.started(m) ? 200 : 0, body: "OK" })),
        appConfig: ({ instanceId }) => this.#ask(instanceId, () => ({ capacity_concurrency: "10" })),
        licenceExpiry: ({ instanceId }) => this.#ask(instanceId, () => undefined),
        diskFree: ({ instanceId }) => this.#ask(instanceId, () => 50 * 1024 ** 3),
      },
      backups: {
        policy: () => this.#answer({ retentionDays: this.retentionDays, latestRestorableAt: clock.now() }),
        snapshot: (_, id) => this.#act(`snapshot ${id}`, () => undefined),
        snapshotStatus: () => this.#answer("available"),
      },
      probe: {
        start: () => void this.#probe(),
        samples: () => this.#samples,
        stop: () => {
          this.#probing?.abort(new Error("stopped"));
          return Promise.resolve();
        },
      },
    };
  }

  outputs(): StackOutputs {
    const latest = this.templates.length;
    return {
      groupName: "tfe-test",
      launchTemplateId: "lt-1",
      latestTemplateVersion: latest,
      activeTemplateVersion: this.pinned,
      releaseSequence: this.config.releaseSequence,
      image: this.config.image,
      nodeCount: this.config.nodeCount,
      maxNodes: 2,
      targetGroupArn: "arn:tg",
      healthCheckUrl: "https://tfe.test/_health_check",
      transport: "ssm",
      appConfig: { capacity_concurrency: "10" },
      airgap: false,
    };
  }

  fleet(): Fleet {
    return {
      group: {
        name: "tfe-test",
        min: this.desired,
        max: this.desired,
        desired: this.desired,
        launchTemplateId: "lt-1",
        templateVersion: String(this.pinned),
        suspended: this.suspended,
        deregistrationDelay: 10,
        instanceRefreshInProgress: false,
        healthCheckGracePeriod: 1800,
      },
      instances: this.machines.map((machine) => this.#instance(machine)),
    };
  }

  alive(): readonly Machine[] {
    return this.machines.filter((machine) => this.#instance(machine).state !== "terminated");
  }

  started(machine: Machine): boolean {
    return this.clock.now() >= machine.launchedAt + this.timings.boot + this.timings.start;
  }

  /** The group terminates and replaces nodes as its capacity says. */
  settle(desired: number): void {
    this.desired = desired;
    const staying = this.machines.filter((machine) => machine.leavesAt === undefined);
    for (const machine of staying.slice(desired)) this.#remove(machine);
    for (let n = staying.length; n < desired; n++) this.#launch(this.clock.now(), 0);
  }

  /** Somebody terminates a machine by hand. */
  kill(id: string): void {
    const machine = this.machines.find((m) => m.id === id);
    if (machine) machine.leavesAt = this.clock.now() - this.timings.deregister;
  }

  #instance(machine: Machine): Instance {
    const now = this.clock.now();
    const gone = machine.leavesAt === undefined ? undefined : now - machine.leavesAt;
    const { deregister, terminate, boot } = this.timings;
    const leaving = gone !== undefined;
    const state =
      gone !== undefined && gone >= deregister
        ? gone >= deregister + terminate
          ? ("terminated" as const)
          : ("shutting-down" as const)
        : now < machine.launchedAt + boot
          ? ("pending" as const)
          : ("running" as const);
    return {
      id: machine.id,
      privateIp: "10.0.1.5",
      zone: "a",
      state,
      lifecycle: leaving
        ? state === "terminated"
          ? undefined
          : "Terminating"
        : state === "pending"
          ? "Pending"
          : "InService",
      templateVersion: machine.version,
      release: machine.build.release,
      imageId: machine.build.image,
      launchedAt: machine.launchedAt,
      target: leaving ? "draining" : this.started(machine) && !this.unhealthy.has(machine.id) ? "healthy" : "unhealthy",
    };
  }

  #launch(at: number, workUntil: number): void {
    const build = this.templates[this.pinned - 1];
    if (!build) throw new Error("no such template version");
    for (const other of this.alive()) {
      if (other.build.release !== build.release)
        this.violations.push(`overlap: ${build.release} launched beside ${other.build.release}`);
      if (!this.started(other)) this.violations.push(`one-before-two: launched while ${other.id} was not started`);
    }
    this.#ids += 1;
    this.machines.push({
      id: `i-${this.#ids}`,
      version: this.pinned,
      build,
      launchedAt: at,
      workUntil,
      draining: false,
      leavesAt: undefined,
    });
  }

  #remove(machine: Machine): void {
    const now = this.clock.now();
    if (!this.started(machine)) this.violations.push(`killed while booting: ${machine.id}`);
    if (!machine.draining) this.violations.push(`terminated without a drain: ${machine.id}`);
    if (machine.workUntil > now) this.violations.push(`lost work: ${machine.id}`);
    this.acts.push(`terminate ${machine.id}`);
    machine.leavesAt = now;
  }

  #difference(change: BuildConfig): readonly ResourceChange[] {
    const next = { ...this.config, ...change };
    const newest = this.templates.at(-1);
    const changes: ResourceChange[] = [];
    const urn = "urn:x";
    if (newest?.release !== next.releaseSequence || newest.image !== next.image) {
      changes.push({
        urn,
        type: "aws:ec2/launchTemplate:LaunchTemplate",
        name: "build",
        op: "update",
        properties: ["userData"],
      });
    }
    if (next.nodeCount !== this.desired || (next.activeTemplateVersion ?? this.pinned) !== this.pinned) {
      changes.push({
        urn,
        type: "aws:autoscaling/group:Group",
        name: "fleet",
        op: "update",
        properties: ["desiredCapacity", "launchTemplate"],
      });
    }
    return changes;
  }

  async #apply(change: BuildConfig): Promise<readonly ResourceChange[]> {
    const changes = this.#difference(change);
    this.config = { ...this.config, ...change };
    await this.clock.sleep(SECOND);
    const { releaseSequence: release, image } = this.config;
    const newest = this.templates.at(-1);
    if (newest?.release !== release || newest.image !== image) this.templates.push({ release, image });
    this.pinned = this.config.activeTemplateVersion ?? this.pinned;
    this.acts.push(`capacity ${this.config.nodeCount} version ${this.pinned}`);
    this.settle(this.config.nodeCount);
    return changes;
  }

  async #drain(id: string, signal: AbortSignal | undefined): Promise<void> {
    const machine = await this.#ask(id, (m) => m);
    machine.draining = true;
    this.acts.push(`drain ${id}`);
    if (!this.drainsEarly) await this.clock.sleep(machine.workUntil - this.clock.now(), signal);
  }

  #ask<T>(id: string, answer: (machine: Machine) => T): Promise<T> {
    const machine = this.machines.find((m) => m.id === id);
    if (!machine || this.#instance(machine).state !== "running") {
      return Promise.reject(new RepaveError("NODE_UNREACHABLE", `${id} does not answer`));
    }
    return Promise.resolve(answer(machine));
  }

  #answer<T>(value: T): Promise<T> {
    return Promise.resolve(value);
  }

  #act(what: string, act: () => unknown): Promise<void> {
    this.acts.push(what);
    act();
    return Promise.resolve();
  }

  #watch(): void {
    const releases = new Set(this.alive().map((machine) => machine.build.release));
    if (releases.size > 1) this.violations.push(`overlap: ${[...releases].join(" and ")} are alive`);
  }

  async #probe(): Promise<void> {
    const stop = (this.#probing = new AbortController());
    this.#samples = [];
    while (!stop.signal.aborted) {
      const answered = this.alive().some((machine) => machine.leavesAt === undefined && this.started(machine));
      this.#samples.push({ at: this.clock.now(), answered });
      await this.clock.sleep(SECOND, stop.signal).catch(() => undefined);
    }
  }
}
