import { randomBytes } from "node:crypto";
import { RepaveError } from "../../domain/errors";
import { markOf, marksOf } from "../../domain/proof/smoke";
import { makeSmokeRun } from "../../upgrade/proof/smokeRun";
import { NO_WORKSPACE } from "../../upgrade/proof/wanted";
import type { Target } from "../../wiring/target";
import type { Io } from "../io";
import { EXIT_CODES } from "./exitCodes";

/** Makes a smoke run outside of any run, and reports it. Resolves to the exit code. Throws `USAGE` where the stack names no workspace. */
export async function smokeRun(
  { ports, policy }: Pick<Target, "ports" | "policy">,
  io: Pick<Io, "signal">,
): Promise<number> {
  const { smokeRuns, clock, reporter } = ports;
  if (!smokeRuns) throw new RepaveError("USAGE", NO_WORKSPACE);
  const { applies } = policy.smoke;
  const id = `health-${randomBytes(4).toString("hex")}`;
  const known: { run?: string } = {};
  const wish = {
    mark: markOf(id, "asked", 1),
    earlier: marksOf(id),
    applies,
    queued: ({ id: terraformRun, page }: { readonly id: string; readonly page: string }): Promise<void> => {
      known.run = terraformRun;
      reporter.emit({ event: "smoke.started", moment: "asked", terraformRun, page, applies });
      return Promise.resolve();
    },
  };
  const tell = reporter.emit.bind(reporter);
  try {
    const made = await makeSmokeRun({ smokeRuns, clock, limits: policy.smoke, signal: io.signal, tell }, wish);
    const { run, passed, seconds, words } = made;
    reporter.emit({
      event: "smoke.finished",
      moment: "asked",
      passed,
      seconds,
      ...(run === undefined ? {} : { terraformRun: run.id, page: run.page }),
      ...(words === undefined ? {} : { words }),
    });
    return passed ? EXIT_CODES.done : EXIT_CODES.failed;
  } catch (error) {
    // Nobody resumes it.
    if (known.run !== undefined) await smokeRuns.end(known.run).catch(() => undefined);
    throw error;
  }
}
