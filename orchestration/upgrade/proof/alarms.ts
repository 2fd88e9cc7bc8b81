import { RepaveError } from "../../domain/errors";
import type { Observation } from "../../domain/observation";
import type { AlarmSeen } from "../../ports/account/alarms";
import { accepts, wasAccepted } from "../../run/accepting";
import type { StepContext } from "../../run/context";
import { ALARMS } from "../../run/policy";
import { waitFor } from "../../run/wait";

type Watching = Pick<StepContext, "ports" | "policy" | "run" | "overrides" | "signal">;

/** The alarms that count while the fleet is not whole again: without those that a repave sets off by itself. */
const early = ({ policy }: Watching): readonly string[] =>
  policy.alarms.names.filter((name) => !policy.alarms.setOff.includes(name));

const look = async ({ ports }: Watching, names: readonly string[]): Promise<readonly AlarmSeen[]> =>
  names.length === 0 || !ports.alarms ? [] : ports.alarms.look(names);

const isRed = ({ state }: AlarmSeen): boolean => state === "alarm" || state === undefined;

export const alarmWords = ({ name, state, reason }: AlarmSeen): string =>
  state === undefined
    ? `there is no alarm ${name}`
    : `${name} is ${state === "ok" ? "OK" : state === "alarm" ? "in ALARM" : "without data"}${state === "ok" || reason === "" ? "" : ` (${reason})`}`;

/**
 * The alarms as conditions of the gate. Those that the outage set off have until the gate's end to recover; those that the stack names as
 * set off by a repave are shown, and count at the end.
 */
export async function alarmConditions(ctx: Watching): Promise<readonly Observation[]> {
  const { names, setOff } = ctx.policy.alarms;
  if (wasAccepted(ctx, ALARMS)) return [];
  const seen = await look(ctx, names);
  return seen.map((alarm) => {
    const skipped = setOff.includes(alarm.name);
    return {
      id: `alarm-${alarm.name}`,
      condition: `alarm ${alarm.name} is not in ALARM`,
      phase: "settles",
      held: skipped || !isRed(alarm),
      ...(skipped ? ({ skipped: true } as const) : {}),
      observed: skipped ? `${alarmWords(alarm)}; a repave sets it off, so it counts at the end` : alarmWords(alarm),
    };
  });
}

/** Between the gate and the end none may go to ALARM. Throws `ALARM_RAISED`, unless the operator accepted that. */
export async function requireQuietAlarms(ctx: Watching): Promise<void> {
  const reds = (await look(ctx, early(ctx))).filter(isRed);
  if (reds.length > 0) await goOnOrHold(ctx, reds);
}

/** At the end all count. Those that the repave itself set off are given time to recover. */
export async function requireAllAlarmsQuiet(ctx: Watching): Promise<void> {
  const { ports, policy, signal } = ctx;
  await requireQuietAlarms(ctx);
  if (wasAccepted(ctx, ALARMS)) return;
  let reds: readonly AlarmSeen[] = [];
  const { pollMs, settleMs: timeoutMs } = policy.alarms;
  const late = (): RepaveError => new RepaveError("ALARM_RAISED", reds.map(alarmWords).join("; "));
  await waitFor(ports.clock, { pollMs, timeoutMs, signal, late }, async () => {
    reds = (await look(ctx, policy.alarms.names)).filter(isRed);
    return reds.length === 0 ? true : undefined;
  }).catch(async (error: unknown) => {
    if (!(error instanceof RepaveError) || error.code !== "ALARM_RAISED") throw error;
    await goOnOrHold(ctx, reds);
  });
}

async function goOnOrHold(ctx: Watching, reds: readonly AlarmSeen[]): Promise<void> {
  const words = reds.map(alarmWords).join("; ");
  if (wasAccepted(ctx, ALARMS)) return;
  if (!(await accepts(ctx, ALARMS, `alarms (accepted): ${words}`))) throw new RepaveError("ALARM_RAISED", words);
}
