import { requireVouchedImages } from "../upgrade/vouchedImages";
import { ttyPrompt } from "../wiring/machine";
import { answer } from "../adapters/reporters/schema/answers";
import { onTarget } from "./parts/onTarget";
import type { Io, StackOptions } from "./io";
import { onStack } from "./options";
import { examples, type Verb } from "./parts/verb";

/** Runs `sync`: updates the stack file with what the last run recorded. Changes no resource. Resolves to 0 when the record could be read. */
export async function syncCommand(options: StackOptions, io: Io): Promise<number> {
  return onTarget(options, io, async (target) => {
    const { stackFile, stackName, isLab } = target;
    const prompt = ttyPrompt({ yes: false, signal: io.signal });
    const changed = await target.ports.stack.bringUpToDate((images) =>
      requireVouchedImages(images, { ...target, prompt }),
    );
    if (options.json === true) io.out(JSON.stringify(answer("sync", { stack: stackName, changed: changed ?? null })));
    else if (changed === undefined) io.out(`${stackFile} is up to date.`);
    else {
      io.out(`${stackFile}: ${changed}`);
      if (!isLab) io.out("Commit it, so that other clones do not have to do the same.");
    }
    return 0;
  });
}

export const syncVerb: Verb = {
  name: "sync",
  acts: false,
  register({ io, verb, exit }) {
    onStack(verb("Update the stack file with what the last run recorded, wherever it ran."))
      .addHelpText("after", examples("npm run sync -- --stack production"))
      .action(async (options: StackOptions) => exit(await syncCommand(options, io)));
  },
};
