import type { Moving } from "../../orchestration/ports/moving";

const never = (): never => {
  throw new Error("this estate moves nowhere");
};

/** Of a fleet that stays as it is packaged. */
export const NOT_MOVING: Moving = {
  present: never,
  survey: never,
  inspect: never,
  handOver: never,
  bootsFrom: never,
  flaw: never,
};
