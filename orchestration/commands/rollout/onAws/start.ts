import { randomBytes } from "node:crypto";
import { answer } from "../../../adapters/reporters/schema/answers";
import { printed } from "../../../adapters/reporters/schema/stream";
import { RepaveError } from "../../../domain/errors";
import { foldRollout, resultsOf } from "../../../domain/rollout/state";
import { planLines } from "../../../domain/rollout/words";
import { expectedEvents, inputOf, MOST_EVENTS } from "../../../rollout/engine/input";
import { stamp } from "../../../run/stamp";
import { EXIT_CODES } from "../../parts/exitCodes";
import type { Io } from "../../io";
import { operatorHere, type RolloutCommandOptions } from "../run";
import { onAws } from "./found";

/** What Step Functions takes as the input of an execution, in bytes. */
const MOST_BYTES = 262_144;

/** `rollout start FILE`: begins the rollout on AWS, which carries it out by itself. */
export const startCommand = (file: string, options: RolloutCommandOptions, io: Io): Promise<number> =>
  onAws(file, async ({ plan, engine, projectOf }) => {
    const [last] = await engine.executions(plan.name);
    if (last?.isRunning === true)
      throw new RepaveError("ROLLOUT_RUNNING", `${last.name}, on AWS`, {
        next: `Wait for its end (\`npm run rollout -- status ${file} --on aws\`), or stop it with \`npm run rollout -- stop ${file}\`.`,
      });
    const startedBy = operatorHere();
    const input = inputOf(plan, { file, startedBy, projectOf });
    const bytes = Buffer.byteLength(JSON.stringify(input));
    if (bytes > MOST_BYTES)
      throw new RepaveError(
        "ROLLOUT_INVALID",
        `${file}: its input would have ${bytes} bytes, and an execution takes ${MOST_BYTES}. Make two rollouts of it`,
      );
    const events = expectedEvents(input);
    // What is tried again, and who waits for a window, makes more of them.
    if (events > MOST_EVENTS * 0.8)
      throw new RepaveError(
        "ROLLOUT_INVALID",
        `${file}: its history would have some ${events} events, and an execution takes ${MOST_EVENTS}. Make two rollouts of it, or shorter soaks`,
      );
    const now = Date.now();
    const name = `${plan.name.replaceAll(".", "-")}-${stamp(now)}-${randomBytes(2).toString("hex")}`;
    await engine.start(name, input);
    const state = foldRollout([{ event: "rollout.started", plan, operator: startedBy, at: now }]);
    if (options.json === true) {
      const stacks = state ? resultsOf(state) : [];
      const facts = { id: name, name: plan.name, standing: "under way", stacks, because: null } as const;
      io.out(JSON.stringify(printed(answer("rollout", facts))));
      return EXIT_CODES.done;
    }
    for (const line of planLines(plan)) io.out(line);
    io.out(`${name} is under way on AWS. Follow it with: npm run rollout -- status ${file} --on aws`);
    return EXIT_CODES.done;
  });
