import { createColors } from "picocolors";
import { render } from "../../orchestration/adapters/reporters/lines";
import { FENCE, toRestore } from "../../orchestration/adapters/aws/fence";
import { RepaveError } from "../../orchestration/domain/errors";
import type { RunEvent } from "../../orchestration/domain/events";
import { newest, type Image } from "../../orchestration/domain/image";
import type { Backups } from "../../orchestration/ports/account/backups";
import type { Images } from "../../orchestration/ports/account/images";
import type { Probe, ProbeSample } from "../../orchestration/ports/probe";
import type { EntrypointFacts } from "../../orchestration/ports/entrypoint";
import type { Ports } from "../../orchestration/run/context";
import { FakeClock } from "./clock";
import { FakeGroup } from "./group";
import { USUAL, type Timings } from "./machine";
import { memoryRunStore } from "./runStore";
import { FakeStack } from "./stack";
import { FakePreparedNodes } from "./prepared";
import { FakeBootProbe } from "./bootProbe";
import { FakeLaunchMarket } from "./launchMarket";
import { OtherDialect } from "./otherDialect";
import { TAG_KEYS } from "../../orchestration/dialects/fdo/tags";
import { failingToStart } from "./startup";
import { NOT_MOVING } from "./moving";
import { FakeTfe } from "./tfe";
import { namedStack } from "../../orchestration/adapters/pulumi/namedStack";
import { tfeOver } from "../../orchestration/dialects/replicated";
import { SEQUENCE_KEYS } from "../../orchestration/dialects/replicated/sequences";

interface Expected {
  readonly happens: (event: RunEvent) => boolean;
  readonly act: (event: RunEvent) => void;
}

type OfKind<K extends RunEvent["event"]> = Extract<RunEvent, { readonly event: K }>;

const PROBE_MS = 1000;

/** The account of the fake estate. */
export const OWN_ACCOUNT = "123456789012";

export const anImage = (id: string, date: string, architecture = "x86_64", owner = OWN_ACCOUNT): Image => ({
  id,
  name: `base-${date}`,
  architecture,
  owner,
  createdAt: Date.parse(date),
});

/**
 * One simulated estate behind every port, on a fake clock. It records what was done, what was told, and what must never happen.
 * How it behaves is written in world.md.
 */
export class World {
  readonly clock = new FakeClock();
  readonly store = memoryRunStore();
  readonly operations = memoryRunStore();
  readonly events: RunEvent[] = [];
  /** What was changed in the estate, in order, by whoever acts through the ports; and each machine that had to go. */
  readonly acts: string[] = [];
  readonly group: FakeGroup;
  readonly stack: FakeStack;
  readonly tfe: FakeTfe;
  retentionDays = 7;
  /** Every image that there is; the newest is what the stack's source names. */
  images: readonly Image[] = [anImage("ami-a", "2026-10-01")];
  engineVersion: string | undefined = "14.15";
  keepsVersions = true;
  readonly launchMarket = new FakeLaunchMarket();
  /** How users reach the nodes. */
  entrypoint: EntrypointFacts = {
    loadBalancers: ["tfe"],
    crossZone: true,
    targetGroupArn: "arn:tg",
    healthCheck: { path: "/_health_check", codes: "200" },
  };
  readonly bootProbe = new FakeBootProbe();
  readonly prepared: FakePreparedNodes;
  /** What becomes of a snapshot that is taken now. */
  snapshotsBecome: "available" | "failed" = "available";
  /** Every snapshot that was taken, by its id, and what became of it. */
  readonly snapshots = new Map<string, string>();
  /** The tags that each was taken with. */
  readonly snapshotTags = new Map<string, Readonly<Record<string, string>>>();
  /** Why the application on a node will not start, by its id. */
  readonly startupFailures = new Map<string, string>();
  readonly #expected = new Set<Expected>();
  #planned: { readonly at: number; readonly act: () => void }[] = [];

  /** Set: the fleet is of the other dialect, in which releases have names. */
  readonly other: OtherDialect | undefined;

  constructor(options: { release?: number | string; nodes?: number; timings?: Timings } = {}) {
    const { release = 610, nodes = 2, timings = USUAL } = options;
    const build = { release, image: "ami-a" };
    this.group = new FakeGroup(this.clock, timings, [build], this.acts, nodes);
    const keys = typeof release === "number" ? { releaseSequence: release } : { imageTag: release };
    this.stack = new FakeStack(this.group, { ...keys, image: "ami-a", nodeCount: nodes });
    this.other = typeof release === "number" ? undefined : new OtherDialect(this.group);
    this.tfe = new FakeTfe(this.group);
    this.prepared = new FakePreparedNodes(this.group);
    this.clock.onTick = () => this.#tick();
  }

  get violations(): readonly string[] {
    return this.group.violations;
  }

  /** Everything that was said, as a person reads it. */
  get told(): string {
    const plain = createColors(false);
    return this.events.flatMap((event) => render(event, plain).lines).join("\n");
  }

  of<K extends RunEvent["event"]>(kind: K): readonly OfKind<K>[] {
    return this.events.filter((event): event is OfKind<K> => event.event === kind);
  }

  /** Does something the next time that an event of this kind is told. */
  once<K extends RunEvent["event"]>(
    kind: K,
    act: (event: OfKind<K>) => void,
    which: (event: OfKind<K>) => boolean = () => true,
  ): void {
    this.#expected.add({
      happens: (event) => event.event === kind && which(event as OfKind<K>),
      act: (event) => act(event as OfKind<K>),
    });
  }

  /** Does something when that much time has passed. */
  after(ms: number, act: () => void): void {
    this.#planned.push({ at: this.clock.now() + ms, act });
  }

  /** Seconds without an answer since then, as the machines themselves say: to be compared with what was measured. */
  secondsDown(since: number): number {
    let down = 0;
    for (let at = since; at < this.clock.now(); at += PROBE_MS) if (!this.group.servedAt(at)) down += 1;
    return down;
  }

  /** The ports of one more process on this estate. */
  ports(startedBy = "somebody@here"): Ports {
    const { clock, store, operations, group, stack, launchMarket, bootProbe } = this;
    const tfe = failingToStart(tfeOver(this.tfe), this.startupFailures);
    return {
      clock,
      store,
      operations,
      startedBy,
      stack: namedStack(stack, this.other ? TAG_KEYS : SEQUENCE_KEYS),
      tfe: this.other?.over(tfe) ?? tfe,
      moving: NOT_MOVING,
      launchMarket,
      preparedNodes: this.prepared,
      entrypoint: { describe: () => Promise.resolve(this.entrypoint) },
      bootProbe,
      reporter: { emit: (event) => this.#hear(event) },
      fleet: {
        describe: () => Promise.resolve(group.fleet()),
        rules: () => Promise.resolve(group.rules),
        fence: () => this.#act(`suspend ${FENCE.join(" ")}`, () => group.suspend(FENCE)),
        unfence: async (found) => {
          const ours = toRestore(found);
          await this.#act(`resume ${ours.join(" ")}`, () => group.resume(ours, "run"));
          return ours;
        },
        replace: async (id, lastCheck) => {
          await lastCheck?.();
          await this.#act(`replace ${id}`, () => group.replace(id));
        },
        deregister: (id) => this.#act(`deregister ${id}`, () => group.deregister(id)),
        register: (id) => this.#act(`register ${id}`, () => group.register(id)),
        consoleOutput: (id) => Promise.resolve(`console of ${id}`),
        imageProblem: (id) => Promise.resolve(id.startsWith("ami-") ? undefined : `${id} does not exist`),
      },
      backups: this.#backups(),
      images: this.#images(),
      probe: this.#probe(),
    };
  }

  #images(): Images {
    return {
      describe: (ids) =>
        Promise.resolve(new Map(this.images.filter(({ id }) => ids.includes(id)).map((i) => [i.id, i]))),
      latest: (_, architecture) => {
        const found = newest(
          this.images.filter((image) => image.architecture === (architecture ?? image.architecture)),
        );
        return found ? Promise.resolve(found) : Promise.reject(new RepaveError("IMAGE_UNRESOLVED", "none"));
      },
    };
  }

  #backups(): Backups {
    return {
      policy: () => {
        const { retentionDays, engineVersion } = this;
        return Promise.resolve({ retentionDays, engineVersion });
      },
      keepsVersions: () => Promise.resolve(this.keepsVersions),
      snapshot: (_, id, tags) =>
        this.#act(`snapshot ${id}`, () => {
          this.snapshotTags.set(id, tags);
          if (!this.snapshots.has(id)) this.snapshots.set(id, this.snapshotsBecome);
        }),
      snapshotStatus: (id) => Promise.resolve(this.snapshots.get(id)),
    };
  }

  /** Asks no question at the time: what the answer was at every second is worked out when somebody wants to know. */
  #probe(): Probe {
    const samples: ProbeSample[] = [];
    let next = Infinity;
    return {
      start: () => void (next = this.clock.now()),
      samples: () => {
        for (; next <= this.clock.now(); next += PROBE_MS) {
          samples.push({ at: next, answered: this.group.servedAt(next) });
        }
        return samples;
      },
      stop: () => Promise.resolve(),
    };
  }

  #hear(event: RunEvent): void {
    this.events.push(event);
    if (event.event === "drain.proven" && this.tfe.isWorking(event.instanceId)) {
      this.group.violations.push(`no-lost-work: ${event.instanceId} is called drained and works`);
    }
    for (const expected of [...this.#expected]) {
      if (!expected.happens(event)) continue;
      this.#expected.delete(expected);
      expected.act(event);
    }
  }

  #act(what: string, act: () => void): Promise<void> {
    this.acts.push(what);
    act();
    return Promise.resolve();
  }

  #tick(): void {
    const due = this.#planned.filter(({ at }) => at <= this.clock.now());
    this.#planned = this.#planned.filter(({ at }) => at > this.clock.now());
    for (const { act } of due) act();
    this.group.tick();
  }
}
