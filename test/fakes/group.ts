import { FENCE, gapsInFence, stalledIn } from "../../orchestration/adapters/aws/fence";
import type { GroupRules } from "../../orchestration/domain/fleet";
import type { Fleet } from "../../orchestration/domain/fleet";
import { recordedRelease, type Release } from "../../orchestration/domain/release";
import type { FakeClock } from "./clock";
import {
  type Alone,
  instanceOf,
  isOutside,
  isSilenced,
  isUntold,
  servesFrom,
  servesUntil,
  startedAt,
  terminatedAt,
  type Build,
  type Machine,
  type Timings,
} from "./machine";

/** Whose doing an act is: only the run's own can break the contract on launching and terminating. */
export type By = "run" | "somebody";

/** How long a node must have been healthy without a break before another is launched: three greens, ten seconds apart. */
const STEADY_MS = 20_000;

/** The simulated Auto Scaling group and its machines. It notes in `violations` what must never happen. See world.md. */
export class FakeGroup {
  readonly machines: Machine[] = [];
  readonly violations: string[] = [];
  suspended: string[] = [];
  pinned = 1;
  /** Somebody unpinned the group: it launches the newest version. */
  unpinned = false;
  refreshing = false;
  /** New machines are protected from scale-in. */
  protectsNew = false;
  /** What the group would do of its own accord: nothing, unless a test says otherwise. */
  rules: GroupRules = {
    hooks: [],
    warmPool: false,
    rebalancesCapacity: false,
    maxLifetimeSeconds: undefined,
    replacement: undefined,
    schedule: [],
    policies: [],
    strays: [],
  };
  /** False: there is no capacity in the zone, and every attempt to launch fails until there is. */
  launches = true;
  /** How long nothing may have run before the run launches a build of this release. */
  silenceMs: (release: Release) => number = () => 0;
  #desired = 0;
  #min = 0;
  #max = 0;
  #ids = 0;
  readonly #size: number;

  constructor(
    readonly clock: FakeClock,
    readonly timings: Timings,
    /** Builds by version of the launch template, the first being version 1. */
    readonly templates: Build[],
    readonly acts: string[],
    nodes: number,
  ) {
    this.#size = nodes;
    this.#desired = nodes;
    [this.#min, this.#max] = [nodes, nodes];
    for (let n = 0; n < nodes; n++) this.#launch(clock.now() - 3_600_000);
  }

  get desired(): number {
    return this.#desired;
  }

  fleet(): Fleet {
    const [min, max] = [this.#min, this.#max];
    return {
      group: {
        name: "tfe-test",
        launches: {
          from: "template",
          id: "lt-1",
          version: this.unpinned ? "$Latest" : String(this.pinned),
          isOwn: true,
        },
        protectsNew: this.protectsNew,
        min,
        max,
        desired: this.#desired,
        templateVersion: this.unpinned ? "$Latest" : String(this.pinned),
        suspended: [...this.suspended],
        stalled: stalledIn(this.suspended),
        fenceGaps: gapsInFence(this.suspended),
        deregistrationDelay: this.timings.deregister / 1000,
        instanceRefreshInProgress: this.refreshing,
      },
      instances: this.machines
        .filter((machine) => !isOutside(machine))
        .map((machine) => instanceOf(machine, this.clock.now(), this.timings)),
    };
  }

  machine(id: string): Machine {
    const found = this.machines.find((machine) => machine.id === id);
    if (!found) throw new Error(`there is no machine ${id}`);
    return found;
  }

  /** Machines on which an application may run. */
  alive(): readonly Machine[] {
    const now = this.clock.now();
    const inGroup = this.machines.filter(
      (machine) => (!isOutside(machine) || !isUntold(machine)) && !isSilenced(machine),
    );
    return inGroup.filter((machine) => instanceOf(machine, now, this.timings).state !== "terminated");
  }

  isStarted = (machine: Machine): boolean => this.clock.now() >= startedAt(machine, this.timings);

  /** Whether anybody answered at that moment. */
  servedAt = (at: number): boolean =>
    this.machines.some((machine) => servesFrom(machine, this.timings) <= at && at < servesUntil(machine));

  /** Whether a request may still be on its way to it. */
  isTarget = (machine: Machine): boolean =>
    machine.deregisteredAt === undefined || this.clock.now() < machine.deregisteredAt + this.timings.deregister;

  deregister(id: string): void {
    const machine = this.machine(id);
    if (!FENCE.every((process) => this.suspended.includes(process)))
      this.violations.push(`fenced: ${id} is deregistered and the group may replace it`);
    machine.deregisteredAt ??= this.clock.now();
  }

  register(id: string): void {
    this.machine(id).deregisteredAt = undefined;
  }

  /** Sets the capacity: launches what is missing, takes out what is too much, the oldest first. */
  scale(desired: number, by: By, room = 0): void {
    this.#desired = desired;
    [this.#min, this.#max] = [desired, desired + room];
    const staying = this.#staying();
    const free = staying.filter(({ isProtected }) => !isProtected);
    for (const machine of free.slice(0, Math.max(0, staying.length - desired))) this.#remove(machine, by);
    for (let n = staying.length; n < desired && this.launches; n++) {
      if (by === "run") this.#watchLaunch();
      const build = this.templates[this.pinned - 1];
      if (by === "run" && build) this.#watchSilence({ version: this.pinned, build });
      this.#launch(this.clock.now());
    }
    this.#watchOverlap();
  }

  /** Terminates one of its own, and launches another in its place. */
  replace(id: string): void {
    const machine = this.machine(id);
    if (machine.leavesAt !== undefined) return;
    this.#remove(machine, "run");
    this.#fill("somebody");
  }

  /** Launches a machine outside of the group; it waits for the word. */
  launchAlone(version: number, alone: Pick<Alone, "runId" | "hop">): Machine {
    return this.#launch(this.clock.now(), version, { ...alone, attachedAt: undefined, toldAt: undefined });
  }

  /** Takes such a machine in, which raises the desired capacity. False: there is no room, or it does not run. */
  attach(id: string): boolean {
    const machine = this.machine(id);
    const { state } = instanceOf(machine, this.clock.now(), this.timings);
    if (!machine.alone || machine.member || state !== "running" || this.#desired + 1 > this.#max) return false;
    machine.alone.attachedAt = this.clock.now();
    machine.member = true;
    this.#desired += 1;
    return true;
  }

  /** The word: from here on it starts. */
  tell(id: string): void {
    const machine = this.machine(id);
    if (!machine.alone || machine.alone.toldAt !== undefined) return;
    this.#watchLaunch();
    this.#watchSilence(machine);
    machine.alone.toldAt = this.clock.now();
    this.#watchOverlap();
  }

  /** Moves the pin, as an update of the stack does. */
  pin(version: number): void {
    if (!this.templates[version - 1]) throw new Error(`there is no template version ${version}`);
    const others = this.alive().filter((machine) => machine.version !== version);
    if (version !== this.pinned && others.length > 0) {
      this.violations.push(`staged-is-not-active: version ${version} pinned while ${ids(others)} runs`);
    }
    this.pinned = version;
  }

  suspend(processes: readonly string[]): void {
    this.suspended = [...new Set([...this.suspended, ...processes])];
  }

  resume(processes: readonly string[], by: By): void {
    const drained = this.alive().filter((machine) => machine.drainingSince !== undefined);
    if (by === "run" && (drained.length > 0 || this.alive().length !== this.#size)) {
      this.violations.push(`fenced: opened with ${this.alive().length} nodes, drained: ${ids(drained) || "none"}`);
    }
    this.suspended = this.suspended.filter((process) => !processes.includes(process));
  }

  /** Somebody terminates a machine by hand; the group does not notice as long as it makes no health checks. */
  kill(id: string): void {
    this.machine(id).killedAt = this.clock.now();
  }

  sicken(id: string): void {
    this.machine(id).sick = true;
  }

  heal(id: string): void {
    const machine = this.machine(id);
    if (machine.sick) machine.healedAt = this.clock.now();
    machine.sick = false;
  }

  /** Time has moved: a group that is not fenced replaces its dead. */
  tick(): void {
    this.#watchOverlap();
    // An attempt to launch that failed is made again: that is Launch, which the fence leaves alone.
    if (this.#staying().length < this.#desired) this.#fill("run");
    if (FENCE.some((process) => this.suspended.includes(process))) return;
    const dead = this.machines.filter((m) => m.member && m.killedAt !== undefined && m.leavesAt === undefined);
    for (const machine of dead) machine.member = false;
    if (dead.length > 0) this.#fill("somebody");
  }

  /** Strives for the capacity that it has, within the same bounds. */
  #fill(by: By): void {
    const bounds = [this.#min, this.#max] as const;
    this.scale(this.#desired, by);
    [this.#min, this.#max] = bounds;
  }

  #staying(): readonly Machine[] {
    return this.machines.filter((machine) => machine.member && machine.leavesAt === undefined);
  }

  #launch(at: number, version = this.pinned, alone?: Alone): Machine {
    const build = this.templates[version - 1];
    if (!build) throw new Error("no such template version");
    this.#ids += 1;
    const machine: Machine = {
      id: `i-${this.#ids}`,
      version,
      build,
      launchedAt: at,
      drainingSince: undefined,
      leavesAt: undefined,
      killedAt: undefined,
      stuck: false,
      deregisteredAt: undefined,
      isProtected: this.protectsNew,
      marked: false,
      sick: false,
      healedAt: at,
      member: alone === undefined,
      ...(alone ? { alone } : {}),
    };
    this.machines.push(machine);
    return machine;
  }

  #remove(machine: Machine, by: By): void {
    if (by === "run" && machine.killedAt === undefined) this.#watchRemoval(machine);
    this.acts.push(`terminate ${machine.id}`);
    machine.leavesAt = this.clock.now();
  }

  #watchRemoval(machine: Machine): void {
    const { id, drainingSince } = machine;
    // What nobody has told to start has nothing that could be lost.
    if (isUntold(machine)) return;
    if (!this.isStarted(machine)) this.violations.push(`never-kill-a-booting-node: ${id}`);
    if (drainingSince === undefined) this.violations.push(`no-lost-work: ${id} terminated without a drain`);
    else if (drainingSince + this.timings.job > this.clock.now()) this.violations.push(`no-lost-work: ${id}`);
  }

  #watchLaunch(): void {
    const now = this.clock.now();
    const others = this.alive().filter((m) => m.leavesAt === undefined && m.killedAt === undefined && !isUntold(m));
    for (const other of others) {
      const since = Math.max(startedAt(other, this.timings), other.healedAt);
      if (other.sick || now - since < STEADY_MS) {
        this.violations.push(`one-before-two: launched beside ${other.id}, healthy for ${now - since} ms`);
      }
    }
  }

  #watchSilence({ version, build }: Pick<Machine, "version" | "build">): void {
    const silence = this.silenceMs(recordedRelease(build.release));
    if (silence === 0) return;
    const now = this.clock.now();
    const ends = this.machines
      .filter((machine) => machine.version !== version)
      .map((machine) =>
        Math.min(terminatedAt(machine, this.timings), isSilenced(machine) ? (machine.retiredAt ?? Infinity) : Infinity),
      );
    const silent = now - Math.max(-Infinity, ...ends);
    if (silent < silence)
      this.violations.push(`quiet-at-zero: ${build.release} launched ${silent} ms after the last old machine`);
  }

  #watchOverlap(): void {
    const started = this.alive().filter((machine) => !isUntold(machine));
    const releases = new Set(started.map((machine) => machine.build.release));
    if (releases.size > 1) this.violations.push(`no-overlap: ${[...releases].join(" and ")} are alive`);
  }
}

const ids = (machines: readonly Machine[]): string => machines.map(({ id }) => id).join(", ");
