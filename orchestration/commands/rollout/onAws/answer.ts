import { answer } from "../../../adapters/reporters/schema/answers";
import { printed } from "../../../adapters/reporters/schema/stream";
import { RepaveError } from "../../../domain/errors";
import { resultsOf } from "../../../domain/rollout/state";
import { stateLines } from "../../../domain/rollout/words";
import { EXIT_CODES } from "../../parts/exitCodes";
import type { Io } from "../../io";
import { operatorHere, type RolloutCommandOptions } from "../run";
import { type Found, onAws, running } from "./found";

export interface ApproveOptions extends RolloutCommandOptions {
  readonly wave?: string;
  readonly decline?: boolean;
}

/** `rollout approve FILE`: agrees to the wave that waits on AWS, or declines it, which ends the rollout. */
export const approveCommand = (file: string, options: ApproveOptions, io: Io): Promise<number> =>
  onAws(file, async (rollout) => {
    const found = await running(rollout, file);
    const { asked, state } = found;
    if (!asked) throw new RepaveError("USAGE", `no wave of ${found.execution.name} waits for approval`);
    const { name } = state.waves.find(({ wave: { number } }) => number === asked.wave)?.wave ?? { name: "" };
    if (options.wave !== undefined && options.wave !== name && options.wave !== String(asked.wave))
      throw new RepaveError(
        "USAGE",
        `--wave ${options.wave}: it is wave ${asked.wave} (${name}) that waits for approval`,
      );
    const by = operatorHere();
    const isDeclined = options.decline === true;
    if (isDeclined) await rollout.engine.decline(asked.token, `declined by ${by}`);
    else await rollout.engine.approve(asked.token, by);
    const what = `wave ${asked.wave} (${name})`;
    told(
      found,
      isDeclined ? `${what} is declined. The rollout ends here.` : `${what} is approved and starts.`,
      options,
      io,
    );
    return EXIT_CODES.done;
  });

/** `rollout stop FILE`: ends the rollout on AWS. Builds that are under way come to their end by themselves. */
export const stopCommand = (file: string, options: RolloutCommandOptions, io: Io): Promise<number> =>
  onAws(file, async (rollout) => {
    const found = await running(rollout, file);
    await rollout.engine.stop(found.execution, `aborted by ${operatorHere()}`);
    const text =
      "starts nothing more. Stacks that are being repaved come to their end: `npm run status -- --all` shows them.";
    told(found, `${found.execution.name} ${text}`, options, io);
    return EXIT_CODES.done;
  });

function told({ execution, state }: Found, text: string, options: RolloutCommandOptions, io: Io): void {
  if (options.json === true) {
    const facts = {
      id: execution.name,
      name: state.plan.name,
      standing: "under way",
      stacks: resultsOf(state),
      because: text,
    };
    io.out(JSON.stringify(printed(answer("rollout", { ...facts, standing: "under way" }))));
    return;
  }
  io.out(text);
  for (const line of stateLines(state)) io.out(line);
}
