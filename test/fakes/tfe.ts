import { missingSettings } from "../../infra/nodes/replicated/settings";
import type { Replicated } from "../../orchestration/dialects/replicated/commands";
import type { AppStatus, HealthReport, SelfCheck } from "../../orchestration/dialects/replicated/conditions";
import type { Preparation } from "../../orchestration/domain/ahead/preparation";
import { RepaveError } from "../../orchestration/domain/errors";
import type { PlainSettings, Settings, SettingsSinceBuild } from "../../orchestration/domain/settings";
import type { NextBuild } from "../../orchestration/dialects/settingDigests";
import type { NodeAddress } from "../../orchestration/ports/nodeShell";
import type { SettingsRequest } from "../../orchestration/ports/tfe";
import { readableSettings } from "../support/settings";
import type { FakeGroup } from "./group";
import { instanceOf, type Machine, preparedAt } from "./machine";
import { recordedRelease } from "../../orchestration/domain/release";

/** A node that is not draining takes one run after the other, with a pause now and then: being idle is no proof of anything. */
const WORK = { everyMs: 20_000, pauseMs: 6_000 };

/** What the stack says: see `FakeStack`. `log_forwarding_enabled` is known and not set. */
const BUILT: PlainSettings = { capacity_concurrency: "10", log_forwarding_enabled: undefined };

/** What every build has, whatever else a test gives it. */
const ALWAYS: PlainSettings = { restrict_worker_metadata_access: "1" };

/** The application on every simulated node, as its own commands show it; the port over it is the dialect's. */
export class FakeTfe implements Replicated {
  /** Nodes that no command reaches. */
  readonly unreachable = new Set<string>();
  /** Nodes with work that does not end. */
  readonly busy = new Set<string>();
  /** Makes `node-drain` return before the work is done, as releases before v202307-1 do. */
  drainsEarly = false;
  /** Containers of unknown images, on every node. They are named here and not counted. */
  strange: readonly string[] = [];
  /** What every node says it runs, whatever it was built for. */
  claims: number | undefined;
  /** Settings by node; the others have what they were built with. */
  readonly settings = new Map<string, PlainSettings>();
  /** Settings that each node was built with, where it is not what the stack says. */
  readonly built = new Map<string, PlainSettings>();
  /** Names of the settings in the secret of the build. */
  secretNames: readonly string[] = missingSettings([]);
  /** Why nodes of a template version cannot be prepared. */
  readonly preparationFailures = new Map<number, string>();
  /** Nodes that do not hear that they are to start. */
  readonly deafToTheWord = new Set<string>();
  readonly #inDemand = new Set<string>();
  readonly #stopped = new Set<string>();
  diskFreeBytes = 50 * 1024 ** 3;
  licenceEnds: number | undefined;

  constructor(readonly group: FakeGroup) {}

  async drain({ instanceId }: NodeAddress, signal?: AbortSignal): Promise<void> {
    const { clock, acts, timings } = this.group;
    const machine = await this.#ask(instanceId, (m) => m);
    if (!this.group.isStarted(machine)) {
      throw new RepaveError("NODE_COMMAND_FAILED", `${instanceId}: the application is not running`);
    }
    acts.push(`drain ${instanceId}`);
    machine.drainingSince ??= clock.now();
    if (this.drainsEarly) return;
    await clock.sleep(machine.drainingSince + timings.job - clock.now(), signal);
    while (this.busy.has(instanceId)) await clock.sleep(1000, signal);
  }

  preparation({ instanceId }: NodeAddress): Promise<Preparation> {
    return this.#ask(instanceId, (machine) => {
      const why = this.preparationFailures.get(machine.version);
      if (why !== undefined) return { phase: "failed", why };
      if (machine.alone === undefined || this.group.clock.now() < preparedAt(machine, this.group.timings))
        return { phase: "preparing" };
      return {
        phase: machine.alone.toldAt === undefined ? "prepared" : "started",
        release: recordedRelease(this.claims ?? machine.build.release),
        digest: machine.build.digest,
        missing: [],
        diskFree: this.diskFreeBytes,
      };
    });
  }

  startPrepared({ instanceId }: NodeAddress): Promise<void> {
    return this.#ask(instanceId, ({ id }) => {
      this.group.acts.push(`tell ${id}`);
      if (!this.deafToTheWord.has(id)) this.group.tell(id);
    });
  }

  /** Nodes whose application does not stop, and why. */
  readonly unstoppable = new Map<string, string>();

  retire({ instanceId }: NodeAddress): Promise<readonly string[]> {
    return this.#ask(instanceId, () => {
      this.group.acts.push(`retire ${instanceId}`);
      if (this.isWorking(instanceId)) this.group.violations.push(`no-lost-work: ${instanceId} is stopped and works`);
      const left = this.unstoppable.get(instanceId);
      if (left !== undefined) return [left];
      this.#stopped.add(instanceId);
      this.group.machine(instanceId).retiredAt = this.group.clock.now();
      return [];
    });
  }

  recall(): Promise<void> {
    return Promise.resolve();
  }

  async stopApp({ instanceId }: NodeAddress): Promise<void> {
    await this.#ask(instanceId, () => {
      this.group.acts.push(`stop ${instanceId}`);
      const others = this.group
        .alive()
        .filter((m) => m.id !== instanceId && this.group.isTarget(m) && this.group.isStarted(m));
      if (
        this.group.isTarget(this.group.machine(instanceId)) &&
        others.some((m) => !m.sick && !this.#stopped.has(m.id))
      )
        this.group.violations.push(`unanswered: ${instanceId} is stopped while requests go to it`);
      if (this.isWorking(instanceId)) this.group.violations.push(`no-lost-work: ${instanceId} is stopped and works`);
      this.#stopped.add(instanceId);
    });
  }

  /** It takes work again: there is no other way back from a drain. */
  async startApp({ instanceId }: NodeAddress): Promise<void> {
    await this.#ask(instanceId, (machine) => {
      this.group.acts.push(`start ${instanceId}`);
      if (this.#stopped.delete(instanceId)) machine.drainingSince = undefined;
      machine.retiredAt = undefined;
    });
  }

  /** An operator restarts the application by hand, and there is plenty of work waiting. */
  restart(instanceId: string): void {
    this.group.machine(instanceId).drainingSince = undefined;
    this.#inDemand.add(instanceId);
  }

  supportBundle({ instanceId }: NodeAddress): Promise<string> {
    return this.#ask(instanceId, () => "support-bundles/2026-11-22T02:00:00Z");
  }

  activeWork({ instanceId }: NodeAddress): Promise<number> {
    return this.#ask(instanceId, (machine) => (this.isWorking(machine.id) ? 1 : 0));
  }

  unknownWork({ instanceId }: NodeAddress): Promise<readonly string[]> {
    return this.#ask(instanceId, () => this.strange);
  }

  appStatus({ instanceId }: NodeAddress): Promise<AppStatus> {
    return this.#ask(instanceId, (machine) => {
      const stopped = this.#stopped.has(instanceId);
      const started = this.group.isStarted(machine);
      return {
        release: recordedRelease(this.claims ?? machine.build.release),
        state: stopped ? "stopped" : started ? "started" : "starting",
        desiredState: stopped ? "stopped" : "started",
        isTransitioning: !stopped && !started,
      };
    });
  }

  systemStatus({ instanceId }: NodeAddress): Promise<Readonly<Record<string, string>>> {
    return this.#ask(instanceId, () => ({ Replicated: "ready", Retraced: "ready" }));
  }

  healthCheck({ instanceId }: NodeAddress): Promise<HealthReport> {
    return this.#ask(instanceId, ({ sick }) =>
      sick
        ? { passed: ["Archivist"], failed: [{ name: "Redis", detail: "500" }] }
        : { passed: ["Archivist", "Redis"], failed: [] },
    );
  }

  selfCheck({ instanceId }: NodeAddress): Promise<SelfCheck> {
    return this.#ask(instanceId, (machine) =>
      this.group.isStarted(machine) ? { status: 200, body: "OK" } : { status: 0, body: "" },
    );
  }

  appConfig({ instanceId }: NodeAddress, request?: SettingsRequest): Promise<Settings> {
    return this.#ask(instanceId, () => readableSettings(this.#settingsOf(instanceId), request));
  }

  appConfigSinceBuild({ instanceId }: NodeAddress, request?: SettingsRequest): Promise<SettingsSinceBuild> {
    return this.#ask(instanceId, () => ({
      now: readableSettings(this.#settingsOf(instanceId), request),
      built: readableSettings(this.#builtOf(instanceId), request),
    }));
  }

  /** A new node would have what the secret of the world has, and what it is given over that. */
  nextSettings: PlainSettings | undefined;

  appConfigOfNext(
    { instanceId }: NodeAddress,
    { given }: NextBuild,
    request: SettingsRequest,
  ): Promise<SettingsSinceBuild> {
    const now = this.#settingsOf(instanceId);
    return this.#ask(instanceId, () => ({
      now: readableSettings(now, request),
      built: readableSettings(this.nextSettings ? { ...this.nextSettings, ...given } : now, request),
    }));
  }

  settingNames({ instanceId }: NodeAddress): Promise<readonly string[]> {
    return this.#ask(instanceId, () => this.secretNames);
  }

  setAppConfig({ instanceId }: NodeAddress, key: string, value: string): Promise<void> {
    return this.#ask(instanceId, () => {
      this.group.acts.push(`set ${key} ${value} on ${instanceId}`);
      this.settings.set(instanceId, { ...this.#settingsOf(instanceId), [key]: value });
    });
  }

  #settingsOf = (id: string): PlainSettings => ({ ...ALWAYS, ...(this.settings.get(id) ?? this.#builtOf(id)) });
  #builtOf = (id: string): PlainSettings => ({ ...ALWAYS, ...(this.built.get(id) ?? BUILT) });

  licenceExpiry({ instanceId }: NodeAddress): Promise<number | undefined> {
    return this.#ask(instanceId, () => this.licenceEnds);
  }

  diskFree({ instanceId }: NodeAddress): Promise<number> {
    return this.#ask(instanceId, () => this.diskFreeBytes);
  }

  /** Whether a run is in work on the node at this moment. */
  isWorking(id: string): boolean {
    const { clock, timings } = this.group;
    const machine = this.group.machine(id);
    if (!this.group.isStarted(machine)) return false;
    if (this.busy.has(machine.id)) return true;
    if (machine.drainingSince !== undefined) return clock.now() < machine.drainingSince + timings.job;
    return this.#inDemand.has(machine.id) || clock.now() % WORK.everyMs >= WORK.pauseMs;
  }

  #ask<T>(id: string, answer: (machine: Machine) => T): Promise<T> {
    const { machines, clock, timings } = this.group;
    const machine = machines.find((m) => m.id === id);
    const answers = machine && instanceOf(machine, clock.now(), timings).state === "running";
    if (!machine || !answers || this.unreachable.has(id)) {
      return Promise.reject(new RepaveError("NODE_UNREACHABLE", `${id} does not answer`));
    }
    return Promise.resolve(answer(machine));
  }
}
