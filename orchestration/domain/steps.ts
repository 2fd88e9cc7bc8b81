/** What is known of a step by its name alone: how often it is done, and what it does to the service. */
export interface StepFacts {
  /** `start` and `end`: once a run; `hop`: for every release on the way. */
  readonly scope: "start" | "hop" | "end";
  /** What it does to the service, for the plan and the README. */
  readonly outage: "no" | "starts" | "continues" | "ends";
}

/**
 * Every step of an upgrade, in its order. The flow, the forecast, the live view, the report and the reader of journals derive
 * their lists from this one: what is left out here is a step nowhere.
 */
export const STEP_FACTS = {
  preflight: { scope: "start", outage: "no" },
  claim: { scope: "start", outage: "no" },
  fence: { scope: "start", outage: "no" },
  stage: { scope: "hop", outage: "no" },
  proveBoot: { scope: "hop", outage: "no" },
  prepare: { scope: "hop", outage: "no" },
  drain: { scope: "hop", outage: "no" },
  backup: { scope: "hop", outage: "no" },
  scaleToZero: { scope: "hop", outage: "starts" },
  scaleToOne: { scope: "hop", outage: "continues" },
  gate: { scope: "hop", outage: "ends" },
  smoke: { scope: "end", outage: "no" },
  scaleOut: { scope: "end", outage: "no" },
  verify: { scope: "end", outage: "no" },
} as const satisfies Readonly<Record<string, StepFacts>>;

export type StepId = keyof typeof STEP_FACTS;

/** In their order. */
export const STEP_IDS = Object.keys(STEP_FACTS) as readonly StepId[];

export const stepFacts = (id: StepId): StepFacts => STEP_FACTS[id];

/** Whether a name in an event is that of a step: operations, and an abort, name their own acts there. */
export const isStepId = (name: string): name is StepId => Object.hasOwn(STEP_FACTS, name);

/** Whether a name in an event is that of this step. */
export const isStep = (name: string, id: StepId): boolean => name === id;

/** Whether the service does not answer in the step, or is about to stop. */
export const isInOutage = (name: string): boolean => isStepId(name) && stepFacts(name).outage !== "no";

/** Whether the service answers again at the end of the step. */
export const endsOutage = (name: string): boolean => isStepId(name) && stepFacts(name).outage === "ends";

/** A step, and the hop that it is done for. Steps outside the hops belong to the last one. */
export interface LaidOut {
  readonly step: StepId;
  readonly hop: number;
}

/** The list of steps laid out over so many hops. */
export function layOut(hops: number): readonly LaidOut[] {
  const of = (scope: StepFacts["scope"], hop: number): readonly LaidOut[] =>
    STEP_IDS.filter((id) => stepFacts(id).scope === scope).map((step) => ({ step, hop }));
  const each = Array.from({ length: hops }, (_, hop) => of("hop", hop));
  return [...of("start", hops - 1), ...each.flat(), ...of("end", hops - 1)];
}
