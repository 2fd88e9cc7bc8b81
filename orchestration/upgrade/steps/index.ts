import type { Step } from "../step";
import { backup } from "./backup";
import { claim } from "./claim";
import { drain } from "./drain";
import { fence } from "./fence";
import { gate } from "./gate";
import { preflight } from "./preflight";
import { proveBoot } from "./proveBoot";
import { scaleOut } from "./scaleOut";
import { scaleToOne } from "./scaleToOne";
import { scaleToZero } from "./scaleToZero";
import { stage } from "./stage";
import { verify } from "./verify";

/**
 * The way of an upgrade: read this first. Steps of scope "hop" are done for every release on the way; the output, the journal,
 * the report and the README's table derive from this list.
 */
export const STEPS: readonly Step[] = [
  preflight,
  claim,
  fence,
  stage,
  proveBoot,
  drain,
  backup,
  scaleToZero,
  scaleToOne,
  gate,
  scaleOut,
  verify,
];
