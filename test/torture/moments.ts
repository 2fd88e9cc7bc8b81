import type { Instance, NodePhase, RegionState } from "../../lab/region/model";
import { checkpoint, engineLocks, type CaseLab } from "./lab";
import type { Operator, Told } from "./operator";
import { pause } from "./processes";

/** A moment in the course of a command. */
export interface Moment {
  readonly name: string;
  hasCome(estate: CaseLab, operator: Operator): boolean | Promise<boolean>;
  /** Real milliseconds from there to the blow. */
  readonly afterMs?: number;
}

/** Real milliseconds between two looks. */
const LOOK_EVERY = 4;

/** Waits for the moment. False: the command ended before it came. */
export async function awaitMoment(moment: Moment, estate: CaseLab, operator: Operator): Promise<boolean> {
  while (operator.isRunning()) {
    if (await moment.hasCome(estate, operator)) {
      await pause(moment.afterMs ?? 0);
      return operator.isRunning();
    }
    await pause(LOOK_EVERY);
  }
  return false;
}

interface Which {
  /** The nth of these events; default the first. */
  readonly nth?: number;
  readonly afterMs?: number;
  /** Text that these of its members hold. */
  readonly holding?: Readonly<Record<string, string>>;
}

/** The command told an event; a durable one is in the journal by then. */
export function told(event: string, { nth = 1, afterMs = 0, holding = {} }: Which = {}): Moment {
  const fits = (each: Told): boolean =>
    each.event === event && Object.entries(holding).every(([key, text]) => String(each[key]).includes(text));
  const details = [...Object.values(holding), ...(nth > 1 ? [`#${nth}`] : [])].join(" ");
  return {
    name: `${event}${details === "" ? "" : ` ${details}`}${late(afterMs)}`,
    hasCome: (_, operator) => operator.told.filter(fits).length >= nth,
    afterMs,
  };
}

/** The region shows it. */
export function seen(name: string, holds: (state: RegionState) => boolean, afterMs = 0): Moment {
  return { name: `${name}${late(afterMs)}`, hasCome: ({ state }) => holds(state), afterMs };
}

/** The engine's nth update of this command holds the stack's lock. */
export function engineAtWork(nth: number, afterMs = 0): Moment {
  let updates = 0;
  let locked = false;
  return {
    name: `update ${nth}${late(afterMs)}`,
    afterMs,
    async hasCome(estate) {
      const now = (await engineLocks(estate)).length > 0;
      if (now && !locked) updates += 1;
      locked = now;
      return locked && updates >= nth;
    },
  };
}

/** The same, and the engine has written down that it is about to change something, and not yet that it has. */
export function engineChanging(nth: number): Moment {
  const working = engineAtWork(nth);
  return {
    name: `update ${nth} is changing a resource`,
    hasCome: async (estate, operator) =>
      (await working.hasCome(estate, operator)) && /"pending_operations":\s*\[\s*\{/.test(await checkpoint(estate)),
  };
}

const late = (ms: number): string => (ms > 0 ? ` +${ms} ms` : "");

const alive = ({ instances }: RegionState): readonly Instance[] =>
  instances.filter(({ state }) => state !== "terminated");

/** Nodes of a later template version than the fleet's first. */
export const newNodes = (state: RegionState): readonly Instance[] =>
  state.instances.filter(({ launchTemplateVersion }) => launchTemplateVersion > 1);

/** The nth new node is in this phase. */
export const inPhase = (phase: NodePhase, nth = 1): Moment =>
  seen(`new node ${nth} is ${phase}`, (state) => newNodes(state)[nth - 1]?.node.phase === phase);

export const capacityIs = (desired: number, nth = 1): Moment => {
  let times = 0;
  let held = false;
  return seen(`capacity ${desired}${nth > 1 ? ` #${nth}` : ""}`, ({ groups }) => {
    const now = groups[0]?.desired === desired;
    if (now && !held) times += 1;
    held = now;
    return held && times >= nth;
  });
};

export const fenceIsUp = seen("processes suspended", ({ groups }) => (groups[0]?.suspended.length ?? 0) > 0);
export const fenceIsOpen = seen(
  "processes resumed",
  (state) => groups0Open(state) && newNodes(state).filter(({ node }) => node.phase === "started").length === 2,
);
const groups0Open = ({ groups }: RegionState): boolean => groups[0]?.suspended.length === 0;
export const templateIsThere = seen(
  "template version 2",
  ({ launchTemplates }) => (launchTemplates[0]?.versions.length ?? 0) > 1,
);
export const nodesGo = seen("an instance shuts down", ({ instances }) =>
  instances.some(({ state }) => state === "shutting-down"),
);
export const nodesAreGone = seen("every instance is terminated", (state) => alive(state).length === 0);
