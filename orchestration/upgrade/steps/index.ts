import { STEP_FACTS, STEP_IDS, type StepId } from "../../domain/steps";
import type { Step, StepBody } from "../step";
import { backup } from "./backup";
import { claim } from "./claim";
import { drain } from "./drain";
import { fence } from "./fence";
import { gate } from "./gate";
import { preflight } from "./preflight";
import { prepare } from "./prepare";
import { proveBoot } from "./proveBoot";
import { scaleOut } from "./scaleOut";
import { scaleToOne } from "./scaleToOne";
import { scaleToZero } from "./scaleToZero";
import { smoke } from "./smoke";
import { stage } from "./stage";
import { verify } from "./verify";

const BODIES: Readonly<Record<StepId, StepBody>> = {
  preflight,
  claim,
  fence,
  stage,
  proveBoot,
  prepare,
  drain,
  backup,
  scaleToZero,
  scaleToOne,
  gate,
  smoke,
  scaleOut,
  verify,
};

/**
 * The steps of an upgrade: read this first. Steps of scope "hop" run for every release on the path. Order, scope and outage
 * are in `domain/steps.ts`, from which the output, the journal, the report and the forecast derive as well.
 */
export const STEPS: readonly Step[] = STEP_IDS.map((id) => ({ id, ...STEP_FACTS[id], ...BODIES[id] }));
