import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type ContainerFault,
  FAULT_NAMES,
  isContainerFault,
  isSurrounding,
  type FaultName,
  type FaultRequest,
  type Surrounding,
} from "../../../lab/faults";
import type { Case, Verdict } from "../case";
import { type Course, demandConverged, demandEnd, persist, upgrade, type Wish } from "../course";
import type { CaseLab } from "../lab";
import { demandHeld } from "../held";
import { lostBefore } from "../shortcomings";

const UPGRADE: Wish = (estate) => upgrade(estate);
const RESUME: Wish = () => ["upgrade", "--resume"];
const REBUILD: Wish = (estate) => [...RESUME(estate), "--rebuild-node"];
/** The operator has seen that nothing migrates any more, and says so. */
const REBUILD_AT_RISK: Wish = (estate) => [
  ...REBUILD(estate),
  "--accept",
  "migration-may-run",
  "--because",
  "seen on the console",
];

/** What the product makes of a fault, and what its operator does then. */
type Answer =
  /** The run goes through it. */
  | { readonly kind: "rides" }
  /** It stops with exit 4 (or refuses with 3), and the same command goes on from there. */
  | { readonly kind: "stops"; readonly exit: 3 | 4; readonly reason: RegExp; readonly lift?: true }
  /**
   * It halts before a node that it must not touch, and keeps the fence. The operator sees to the cause and resumes: by these
   * commands, the last of which ends well and those before it are refused.
   */
  | {
      readonly kind: "holds";
      readonly reason: RegExp;
      readonly evidence: boolean;
      readonly then: readonly Wish[];
      /** Nodes that the operator has ended while they booted, taking that risk by name. */
      readonly atRisk?: number;
    };

interface Trial {
  readonly answer: Answer;
  /** Where other than the catalogue's: shorter, so that a case takes a minute. */
  readonly request?: Omit<FaultRequest, "fault">;
  readonly speed?: number;
  readonly config?: string;
  readonly bare?: true;
  /** It ends a node at work before the product asks for any to be ended. */
  readonly losesJobs?: true;
}

const RIDES: Trial = { answer: { kind: "rides" } };
const stops = (reason: RegExp, exit: 3 | 4 = 4): Answer => ({ kind: "stops", exit, reason });
const holds = (reason: RegExp, evidence: boolean, ...then: Wish[]): Answer => ({
  kind: "holds",
  reason,
  evidence,
  then,
});

/** With smoke runs that are applied, in every run. */
function smoking(answer: Answer): Trial {
  return { answer, config: "tfe:smoke: always\n  tfe:smokeApply: true" };
}

/** The gate waits for an hour and a half. */
const FAST = 120;

/** Faults of a run; those of its surroundings keep it from starting, as `test/upgrade/checks/inLab.test.ts` shows. */
type Tried = Exclude<FaultName, Surrounding | ContainerFault>;
const TRIED = FAULT_NAMES.filter((name): name is Tried => !isSurrounding(name) && !isContainerFault(name));

const TRIALS: Readonly<Record<Tried, Trial>> = {
  throttled: RIDES,
  unavailable: RIDES,
  "credentials-expired": RIDES,
  "access-denied": { answer: holds(/^AWS_REFUSED: .*ResumeProcesses/, false, UPGRADE) },
  "lost-response": RIDES,
  "slow-answers": RIDES,
  "clock-skewed": RIDES,

  "drain-hangs": { ...RIDES, request: { for: 1200 } },
  "run-image-by-digest": { ...RIDES, request: { for: 1200 } },
  "run-image-by-id": { ...RIDES, request: { for: 1200 } },
  "run-image-private": { ...RIDES, request: { for: 1200 } },
  "sidecar-starts": { ...RIDES, request: { for: 1200 } },
  "drain-returns-early": RIDES,
  "drain-fails": { answer: stops(/^NODE_COMMAND_FAILED: /) },
  "node-unreachable": RIDES,
  "command-undelivered": RIDES,
  "command-expires": RIDES,
  "command-cut-off": RIDES,
  "invocation-late": RIDES,
  "agent-late": RIDES,
  "snapshot-fails": { answer: stops(/^BACKUP_FAILED: /), config: "tfe:backup: snapshot" },

  "no-capacity": RIDES,
  "stale-zero": RIDES,
  "stuck-terminating": { answer: stops(/^NOT_ZERO: /), request: { for: 2700 } },
  "instance-dies": { answer: stops(/^WORLD_CHANGED: /) },
  "instance-dies-draining": RIDES,
  "target-late": RIDES,

  "secrets-denied": { answer: { kind: "stops", exit: 3, reason: /^BOOT_PROOF_FAILED: .*AccessDenied/, lift: true } },
  "installer-gone": { answer: { kind: "stops", exit: 3, reason: /^BOOT_PROOF_FAILED: .*404/, lift: true } },

  "install-fails": {
    answer: holds(/^GATE_TIMEOUT: /, true, REBUILD, REBUILD_AT_RISK),
    speed: FAST,
  },
  "wrong-release": { answer: holds(/^WRONG_RELEASE: /, true, RESUME, REBUILD) },
  "never-healthy": {
    answer: { ...holds(/^GATE_TIMEOUT: /, true, REBUILD, REBUILD_AT_RISK), atRisk: 1 } as Answer,
    speed: FAST,
  },
  "second-node-never-healthy": {
    answer: { ...holds(/^GATE_TIMEOUT: /, true, REBUILD, REBUILD_AT_RISK), atRisk: 1 } as Answer,
    speed: FAST,
  },
  flapping: RIDES,
  "slow-migration": { ...RIDES, speed: FAST },
  "migration-fails": { answer: holds(/^GATE_TIMEOUT: /, true, REBUILD, REBUILD_AT_RISK), speed: FAST },
  "stale-migration-lock": { ...RIDES, speed: FAST },
  "health-check-garbage": { answer: holds(/^GATE_TIMEOUT: /, true, RESUME), speed: FAST },

  "runs-pending": { ...smoking(holds(/^SMOKE_FAILED: .*no worker takes it/, true, RESUME)), speed: FAST },
  "plan-errors": smoking(holds(/^SMOKE_FAILED: .*Failed to load plugin schemas/, true, RESUME)),
  "agent-unpullable": smoking(holds(/^SMOKE_FAILED: .*cannot be pulled/, true, RESUME)),
  "certificate-unknown": smoking(holds(/^SMOKE_FAILED: .*do not trust a certificate/, true, RESUME)),
  "smoke-token-expired": smoking(holds(/^SMOKE_FAILED: .*the token was rejected/, true, RESUME)),
  "alarm-raised": {
    answer: holds(/^ALARM_RAISED: tfe-unanswered is in ALARM/, false, RESUME),
    config: "tfe:alarms: [tfe-unanswered]\n  tfe:soakMinutes: 10",
  },
  "api-unavailable": smoking({ kind: "rides" }),

  "autoscaler-interferes": { answer: stops(/^WORLD_CHANGED: /) },
  "scheduled-action": RIDES,
  "maintenance-policy": RIDES,
  "capacity-changed": { ...RIDES, losesJobs: true },
  "processes-resumed": RIDES,
  "instance-refresh": { answer: { kind: "stops", exit: 3, reason: /^PREFLIGHT_FAILED: instance-refresh/, lift: true } },

  "pulumi-create-fails": { answer: stops(/^STACK_UPDATE_FAILED: /, 3), bare: true },
  "pulumi-update-fails": RIDES,
  "pulumi-lost-update": RIDES,
};

/** Answers of nodes whose application is a container, where they differ. */
const OF_CONTAINERS: Partial<Record<Tried, Trial>> = {
  // The SDK's pauses are real: in a quick lab they last longer than a proof of a drain holds, and a node has more calls here.
  throttled: { ...RIDES, speed: 20 },
  // What the command for the drain says proves nothing: the containers do.
  "drain-fails": RIDES,
  // There is none.
  "installer-gone": RIDES,
  // The first boot says that it gave up, and nobody waits.
  "install-fails": { answer: holds(/^STARTUP_FAILED: .*the first boot gave up/, true, REBUILD, REBUILD_AT_RISK) },
};

/** Preflight finds it, so nothing happens that could be played: `test/upgrade/checks/containersInLab.test.ts` shows it. */
const NEVER_STARTS = "no run starts";

/** Faults that only they have. */
const CONTAINER_TRIALS: Readonly<Record<ContainerFault, Trial | typeof NEVER_STARTS>> = {
  "licence-expired": NEVER_STARTS,
  "registry-down": NEVER_STARTS,
  "pull-fails": { answer: holds(/^STARTUP_FAILED: .*could not be pulled/, true, REBUILD, REBUILD_AT_RISK) },
  "image-corrupt": { answer: holds(/^STARTUP_FAILED: .*verification failed/, true, REBUILD, REBUILD_AT_RISK) },
  "tag-moved": RIDES,
  // Its runtime starts it again and again: once the cause is gone it starts, and is not replaced.
  "startup-license-fails": { answer: holds(/^STARTUP_FAILED: .*license/, true, REBUILD) },
  "startup-database-fails": { answer: holds(/^STARTUP_FAILED: .*database/, true, REBUILD) },
  "startup-redis-fails": { answer: holds(/^STARTUP_FAILED: .*redis/, true, REBUILD) },
  "crash-loop": { answer: holds(/^GATE_TIMEOUT: /, true, REBUILD), speed: FAST },
  "drain-unheard": { ...RIDES, request: { for: 1200 } },
  "upgrade-check-warns": RIDES,
  "upgrade-check-fails": NEVER_STARTS,
  "upgrade-check-broken": NEVER_STARTS,
  "database-thirteen": NEVER_STARTS,
};

const containerFaults = (): readonly Case[] =>
  FAULT_NAMES.filter(isContainerFault).flatMap((name) => {
    const trial = CONTAINER_TRIALS[name];
    return trial === NEVER_STARTS ? [] : [faultCase(name, trial)];
  });

/** Each fault by itself. */
export const faults = ({ runsContainers }: Course): readonly Case[] => [
  ...TRIED.map((name) => faultCase(name, (runsContainers ? OF_CONTAINERS[name] : undefined) ?? TRIALS[name])),
  ...(runsContainers ? containerFaults() : []),
  // Found by preflight when it is there before, this one must be seen later, too.
  faultCase("instance-refresh", {
    answer: { kind: "stops", exit: 4, reason: /^WORLD_CHANGED: .*instance refresh/, lift: true },
    request: { when: "drain" },
  }),
];

/** Faults that need no operator: they can be paired with anything. */
export const RIDDEN: readonly Tried[] = TRIED.filter(
  (name) => TRIALS[name].answer.kind === "rides" && !TRIALS[name].losesJobs,
);

/** As its case asks for it. */
export const requestOf = (fault: Tried): FaultRequest => ({ fault, ...TRIALS[fault].request });

function faultCase(fault: FaultName, { answer, request, speed, config, bare, losesJobs }: Trial): Case {
  return {
    name: `fault ${fault}${request?.when ? ` when ${request.when}` : ""}`,
    ...(speed === undefined ? {} : { speed }),
    ...(bare ? { bare } : {}),
    async play(estate) {
      if (config !== undefined) await configure(estate, config);
      estate.addFaults([{ fault, ...request }]);
      const verdict = await answered(estate, answer);
      if (losesJobs) estate.allow({ lostJobs: lostBefore(estate, zeroAsked(estate)) });
      await demandConverged(estate);
      return verdict;
    },
  };
}

const zeroAsked = ({ operators }: CaseLab): string =>
  String(operators.flatMap(({ told }) => told).find(({ event }) => event === "zero.asked")?.["at"]);

async function configure({ dir }: CaseLab, line: string): Promise<void> {
  const file = join(dir, "Pulumi.lab.yaml");
  const [key = ""] = line.split(/: /);
  const others = (await readFile(file, "utf8")).split("\n").filter((each) => !each.trim().startsWith(`${key}: `));
  await writeFile(file, others.join("\n").replace(/^config:\n/m, `config:\n  ${line}\n`));
}

async function answered(estate: CaseLab, answer: Answer): Promise<Verdict> {
  if (answer.kind === "rides") {
    await persist(estate, upgrade(estate));
    return "converged";
  }
  const halted = await estate.run(...upgrade(estate));
  if (answer.kind === "stops") {
    demandEnd(halted, answer.exit, answer.reason);
    if (answer.lift) estate.liftFaults();
    await persist(estate, upgrade(estate));
    return "converged";
  }
  demandEnd(halted, 4, answer.reason);
  await demandHeld(estate, { evidence: answer.evidence });
  estate.liftFaults();
  for (const refused of answer.then.slice(0, -1)) {
    const end = await estate.run(...refused(estate));
    demandEnd(end, 4, /./);
    await demandHeld(estate, { evidence: answer.evidence });
  }
  estate.allow({ killedWhileBooting: answer.atRisk ?? 0 });
  await persist(estate, (answer.then.at(-1) ?? UPGRADE)(estate));
  return "heldCorrectly";
}
