import { answer } from "../adapters/reporters/schema/answers";
import { onTarget } from "./onTarget";
import type { Io, StackOptions } from "./io";
import { examples, onStack, type Verb } from "./verb";

/** `sync`: the stack's file as the last run wrote it, wherever that was. Updates nothing. Always 0 when it could look. */
export async function syncCommand(options: StackOptions, io: Io): Promise<number> {
  return onTarget(options, io, async (target) => {
    const { stackFile, stackName, isLab } = target;
    const changed = await target.ports.stack.bringUpToDate();
    if (options.json === true) io.out(JSON.stringify(answer("sync", { stack: stackName, changed: changed ?? null })));
    else if (changed === undefined) io.out(`${stackFile} is not behind any run.`);
    else {
      io.out(`${stackFile}: ${changed}`);
      if (!isLab) io.out("Commit it, so that other clones need not do the same.");
    }
    return 0;
  });
}

export const syncVerb: Verb = ({ io, verb, exit }) => {
  onStack(verb("sync", "Bring the stack's file up to date with what the last run wrote, wherever it ran."))
    .addHelpText("after", examples("npm run sync -- --stack production"))
    .action(async (options: StackOptions) => exit(await syncCommand(options, io)));
};
