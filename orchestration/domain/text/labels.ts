import type { OutagePart } from "../outage";

/** Names a step for people: `scaleToZero` reads `scale to zero`. Ids stay in JSON, in the journal and in options. */
export const stepLabel = (id: string): string =>
  id === "proveBoot" ? "boot check" : id.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const PART_LABELS: Readonly<Record<OutagePart, string>> = {
  deregistration: "deregistration",
  termination: "termination",
  overhead: "own overhead",
  build: "build",
  start: "start",
  firstAnswer: "first answer",
};

/** Names a part of the outage for people. */
export const partLabel = (part: OutagePart): string => PART_LABELS[part];
