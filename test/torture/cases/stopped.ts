import type { FaultName } from "../../../lab/faults";
import type { Case } from "../case";
import { upgrade, type Wish } from "../course";
import { engineAtWork, engineChanging, type Moment, told } from "../moments";
import { kill } from "./kills";
import { ridden, takenBack } from "./prepared";

const OF = "stopped: ";
const ALONE: Wish = (estate) => [...upgrade(estate), "--zero-means", "stopped"];
const WISH: Wish = (estate) => [...ALONE(estate), "--prewarm", "1"];

/** The update to zero, whose engine waits while the applications are stopped. */
const ZERO = 2;

/** Every moment between the last look at the old nodes and the first start of the new release. */
const MOMENTS: readonly (() => Moment)[] = [
  () => told("zero.asked"),
  () => engineAtWork(ZERO),
  () => told("zero.stopping"),
  () => told("zero.stopping", { afterMs: 300 }),
  () => told("zero.stopped"),
  () => told("zero.stopped", { nth: 2 }),
  () => engineChanging(ZERO),
  () => told("zero.reached"),
  () => told("prepared.attached"),
  () => told("prepared.told"),
  () => told("one.launched"),
];

const RIDDEN: readonly FaultName[] = [
  "throttled",
  "command-undelivered",
  "command-cut-off",
  "node-unreachable",
  "stale-zero",
];

const TAKEN_BACK: readonly (() => Moment)[] = [
  () => told("zero.stopping"),
  () => told("zero.stopped", { nth: 2 }),
  () => told("zero.reached"),
];

/** The new release starts while the machines of the old one are still being terminated. */
export const STOPPED: readonly Case[] = [
  ...MOMENTS.map((moment) => kill(moment, "orchestrator", WISH, OF)),
  ...[() => told("zero.stopping"), () => told("zero.stopped", { nth: 2 }), () => engineChanging(ZERO)].map((moment) =>
    kill(moment, "everything", WISH, OF),
  ),
  kill(() => told("zero.stopped"), "orchestrator", ALONE, `${OF}nothing prepared, `),
  ...RIDDEN.map((fault) => ridden({ fault }, WISH, OF)),
  ...TAKEN_BACK.map((moment) => takenBack(moment, WISH, OF)),
];
