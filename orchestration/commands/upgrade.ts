import { randomBytes } from "node:crypto";
import { ttyPause, ttyPrompt } from "../wiring/machine";
import { RepaveError } from "../domain/errors";
import type { RunFinished } from "../domain/events";
import { parseRelease } from "../domain/release";
import type { Reporter } from "../ports/reporter";
import { ACCEPTABLE } from "../upgrade/checks";
import { ALARMS, BOOT_PROOF, SMOKE, SOAK } from "../run/policy";
import type { Override } from "../run/context";
import type { Request } from "../upgrade/planning";
import { MIGRATION_MAY_RUN } from "../fleet/rebuild";
import { scheduled } from "../upgrade/scheduled";
import { upgrade, type UpgradeOptions } from "../upgrade/upgrade";
import { WINDOW } from "../upgrade/windows";
import type { Target, TargetOptions } from "../wiring/target";
import { measureRun, openTraces } from "../wiring/telemetry";
import { EXIT_CODES } from "./parts/exitCodes";
import { runReporterFor, targetOptions, type Io, type StackOptions } from "./io";
import { composition } from "./parts/onTarget";
import { building, repaving, resuming } from "./options";
import { toPlanned } from "./parts/planFile";
import { examples, type Verb } from "./parts/verb";
import type { ZeroMeans } from "../domain/standing/zero";

export interface ActOptions extends StackOptions {
  readonly yes?: boolean;
  readonly accept?: readonly string[];
  readonly because?: string;
  /** Outside every maintenance window; the same as accepting the check `window`. */
  readonly now?: boolean;
  readonly smoke?: boolean;
  readonly change?: string;
  readonly metrics?: string;
  readonly pauseBefore?: "outage";
  /** Nodes to prepare before each outage. */
  readonly prewarm?: number;
  readonly zeroMeans?: ZeroMeans;
  /** Unattended: see `scheduled`. */
  readonly scheduled?: boolean;
}

export interface UpgradeCommandOptions extends ActOptions {
  readonly release?: string;
  readonly image?: string;
  readonly latest?: boolean;
  readonly resume?: boolean;
  readonly rebuildNode?: boolean;
}

/** What a command line asks for, whatever the stack. */
export type Wanted = Omit<Request, "stack">;

/** The request in the domain's words. Throws `USAGE` or `RELEASE_UNKNOWN` before anything is opened. */
export function toRequest(options: UpgradeCommandOptions): Wanted {
  const { resume = false, rebuildNode = false } = options;
  if (options.release === undefined && !resume)
    throw new RepaveError("USAGE", "--release is required (or --resume, or the file of a plan)");
  const image = toImage(options);
  if (rebuildNode && !resume) throw new RepaveError("USAGE", "--rebuild-node requires --resume");
  const release = options.release === undefined ? undefined : parseRelease(options.release);
  if (options.release !== undefined && release === undefined) throw new RepaveError("RELEASE_UNKNOWN", options.release);
  return {
    resume,
    ...image,
    ...toShorten(options),
    ...toSmoke(options),
    ...(release === undefined ? {} : { release }),
  };
}

/** How the outage is to be made shorter, where the command line says. */
export const toShorten = ({ prewarm, zeroMeans }: Pick<ActOptions, "prewarm" | "zeroMeans">) => ({
  ...(prewarm === undefined ? {} : { prewarm }),
  ...(zeroMeans === undefined ? {} : { zeroMeans }),
});

/** The base image that is asked for. Throws `USAGE`. */
export function toImage({ image, latest = false }: Pick<UpgradeCommandOptions, "image" | "latest">): {
  readonly image?: string;
  readonly latest: boolean;
} {
  return { latest, ...(image === undefined ? {} : { image }) };
}

/** Whether smoke runs are asked for; absent: the stack decides. */
export const toSmoke = ({ smoke }: Pick<ActOptions, "smoke">): { readonly smoke?: boolean } =>
  smoke === undefined ? {} : { smoke };

/** What `--accept` may name. */
export const RISKS: readonly string[] = [
  ...new Set([...ACCEPTABLE, MIGRATION_MAY_RUN, BOOT_PROOF, SMOKE, SOAK, ALARMS]),
];

/** What the operator accepts, by name and with a reason. Throws `USAGE`. */
export function toOverrides({
  accept = [],
  because,
  now = false,
}: Pick<ActOptions, "accept" | "because" | "now">): readonly Override[] {
  const unknown = accept.filter((id) => !RISKS.includes(id));
  if (unknown.length > 0)
    throw new RepaveError(
      "USAGE",
      `--accept ${unknown.join(", ")} is not possible. These can be accepted: ${RISKS.join(", ")}`,
    );
  if (now && !because) throw new RepaveError("USAGE", '--now requires a reason: --because "…"');
  if (accept.length > 0 && !because) throw new RepaveError("USAGE", '--accept requires a reason: --because "…"');
  return [...new Set([...accept, ...(now ? [WINDOW] : [])])].map((id) => ({ id, because: because ?? "" }));
}

/** As a person's run, or as a call of the schedule. */
export const carryOut = (request: Request, shared: UpgradeOptions, options: ActOptions): Promise<RunFinished> =>
  options.scheduled === true ? scheduled(request, shared) : upgrade(request, shared);

/** `upgrade`: drain, zero, one, gate, out; of a file exactly its plan. Resolves to the exit code. */
export async function upgradeCommand(
  file: string | undefined,
  options: UpgradeCommandOptions,
  io: Io,
): Promise<number> {
  if (file !== undefined) {
    const { stack, planned } = await toPlanned(file, options);
    return actOn({ ...options, stack }, io, (target, shared) => upgrade({ stack: target.stackName, planned }, shared));
  }
  const wanted = toRequest(options);
  return actOn(options, io, ({ stackName: stack }, shared) =>
    carryOut({ ...wanted, stack }, { ...shared, rebuildNode: options.rebuildNode === true }, options),
  );
}

/** Opens the stack, changes it, and reports the end with all that is known by then. */
export async function actOn(
  options: ActOptions,
  io: Io,
  act: (target: Target, shared: UpgradeOptions) => Promise<RunFinished>,
  opening: Pick<TargetOptions, "adopting"> = {},
): Promise<number> {
  const overrides = toOverrides(options);
  const held = holdLast();
  const problem = (line: string): void => io.err(line);
  const traces = openTraces({ env: process.env, problem });
  const target = await composition().openTarget({
    ...targetOptions(options, io),
    ...opening,
    unattended: options.scheduled === true,
    reporter: (clock) => held.behind(traces.behind(runReporterFor(options, io)(clock), () => clock.now())),
  });
  const { stackName: stack, ports } = target;
  const measured = measureRun({ file: options.metrics, env: process.env, stack, ports, problem });
  try {
    const finished = await act(target, {
      ports: target.ports,
      policy: target.policy,
      prompt: ttyPrompt({
        yes: options.yes === true || options.scheduled === true || target.isLab,
        signal: io.signal,
      }),
      signal: io.signal,
      overrides,
      place: target.place,
      ...(options.change === undefined ? {} : { changeNumber: options.change }),
      ...(options.pauseBefore === undefined ? {} : { pause: ttyPause }),
      rebuildNode: false,
      nonce: randomBytes(2).toString("hex"),
      begin: (run) => target.begin(run),
    });
    const witness = await target.witness();
    await measured(finished);
    held.release(witness === undefined ? finished : { ...finished, witness });
    if (finished.outcome === "done" && options.json !== true) sayWhatToCommit(target, io);
    return EXIT_CODES[finished.outcome];
  } finally {
    await traces.flush();
    await target.close();
  }
}

/** Holds back the last event until all is known, the witness's verdict included, so that it is the last line. */
function holdLast(): { behind(reporter: Reporter): Reporter; release(event: RunFinished): void } {
  let inner: Reporter | undefined;
  return {
    behind(reporter) {
      inner = reporter;
      return {
        emit: (event) => {
          if (event.event !== "run.finished") reporter.emit(event);
        },
      };
    },
    release: (event) => inner?.emit(event),
  };
}

function sayWhatToCommit({ stackFile, isLab }: Target, io: Io): void {
  io.out(
    isLab
      ? `  ${stackFile} records the new build (a file of the lab: nothing to commit)`
      : `  ${stackFile} records the new build. Commit it, so that \`pulumi up\` from any clone uses it`,
  );
}

export const upgradeVerb: Verb = {
  name: "upgrade",
  acts: true,
  register({ io, verb, exit }) {
    const command = verb("Upgrade the fleet to a release, through every required release on the path.");
    repaving(command, building, resuming)
      .argument("[file]", "run exactly this plan, written by `plan --out`; refused if the world has changed since")
      .addHelpText(
        "after",
        examples(
          "npm run upgrade -- --release 642 --stack lab",
          "npm run upgrade -- --release v202304-1 --stack production",
          "npm run upgrade -- plan.json --stack production",
          "npm run upgrade -- --resume --stack production",
        ),
      )
      .action(async (file: string | undefined, options: UpgradeCommandOptions) =>
        exit(await upgradeCommand(file, options, io)),
      );
  },
};
