import { answer } from "../../../adapters/reporters/schema/answers";
import { printed } from "../../../adapters/reporters/schema/stream";
import { resultsOf, type RolloutState } from "../../../domain/rollout/state";
import { goalText, stateLines } from "../../../domain/rollout/words";
import { dateTime } from "../../../domain/text/words";
import { exitCode } from "../ending";
import { EXIT_CODES } from "../../parts/exitCodes";
import type { Io } from "../../io";
import type { RolloutCommandOptions } from "../run";
import { newest, onAws } from "./found";

/**
 * `rollout status FILE --on aws`: how far the newest rollout of the file on AWS is. The exit code of one that has ended is that of a
 * rollout from a laptop, and so is the last line with `--json`.
 */
export const statusOnAws = (file: string, options: RolloutCommandOptions, io: Io): Promise<number> =>
  onAws(file, async (rollout) => {
    const { plan } = rollout;
    const found = await newest(rollout);
    const begin = `npm run rollout -- start ${file}`;
    if (!found) {
      const facts = { id: null, name: plan.name, standing: "not begun", stacks: [], because: null } as const;
      if (options.json === true) io.out(JSON.stringify(answer("rollout", facts)));
      else io.out(`${plan.name}: no rollout of this file has begun on AWS. Begin it with: ${begin}`);
      return EXIT_CODES.done;
    }
    const { execution, state, asked } = found;
    const { finished } = state;
    const standing = standingOf(state);
    const because = finished?.because ?? null;
    if (options.json === true) {
      const facts = { id: execution.name, name: state.plan.name, standing, stacks: resultsOf(state), because };
      io.out(JSON.stringify(printed(answer("rollout", facts))));
      const last = found.entries.at(-1);
      if (last && finished) io.out(JSON.stringify({ ...printed(finished), at: new Date(last.at).toISOString() }));
      return finished ? exitCode(finished, state) : EXIT_CODES.done;
    }
    io.out(`${execution.name} on AWS: ${standing}${because === null ? "" : `, ${because}`} (times in UTC)`);
    io.out(`  to ${goalText(state.plan)}, begun ${dateTime(state.startedAt)} by ${state.operator}`);
    for (const line of stateLines(state)) io.out(line);
    if (asked)
      io.out(`Wave ${asked.wave} waits. Approve it with: npm run rollout -- approve ${file} --wave ${asked.wave}`);
    if (finished && finished.outcome !== "done")
      io.out(`To start it again from its first wave (stacks that run the build are left alone): ${begin}`);
    return finished ? exitCode(finished, state) : EXIT_CODES.done;
  });

const standingOf = ({
  finished,
}: RolloutState): "under way" | "done" | "stopped" | "failed" | "interrupted" | "aborted" =>
  finished === undefined ? "under way" : finished.by === "aborted" ? "aborted" : finished.outcome;
