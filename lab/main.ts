import { parseArgs } from "node:util";
import { estateNamed } from "./estates";
import { parseFaults } from "./faults";
import { startLab } from "./server";

const USAGE =
  "usage: main.ts --dir <folder> [--stack <name>] [--speed <n>] [--node-build <seconds>] [--estate <name>] [--fault <name>] [--faults <file>] [--with-parent]";

/**
 * The lab as a process: `main.ts --dir <folder> [--stack <name>] [--speed <n>] [--node-build <seconds>] [--estate <name>] [--fault <name>…] [--faults <file>] [--with-parent]`.
 * Prints one line of JSON when it is ready. Stops on SIGTERM or SIGINT; with a parent, when standard input closes, which it does however the parent ends.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      dir: { type: "string" },
      stack: { type: "string" },
      speed: { type: "string", default: "30" },
      "node-build": { type: "string" },
      estate: { type: "string" },
      fault: { type: "string", multiple: true, default: [] },
      faults: { type: "string", multiple: true, default: [] },
      "with-parent": { type: "boolean", default: false },
    },
  });
  const { dir, stack } = values;
  const estate = estateNamed(values.estate);
  const speed = Number(values.speed);
  const nodeBuild = values["node-build"] === undefined ? undefined : Number(values["node-build"]);
  if (dir === undefined || !(speed > 0) || (nodeBuild !== undefined && !(nodeBuild > 0))) throw new Error(USAGE);
  const withParent = values["with-parent"];
  // A key press reaches every process of the terminal; the parent decides what it means and still needs the lab.
  if (withParent) process.on("SIGINT", () => undefined);
  const words = [...values.fault, ...values.faults];
  const faults = words.length > 0 ? parseFaults(words) : undefined;
  const lab = await startLab({ dir, stack, speed, nodeBuild, estate, faults });
  const stop = (): void => void lab.stop();
  process.once("SIGTERM", stop);
  if (withParent) process.stdin.on("end", stop).on("error", stop).resume();
  else process.once("SIGINT", stop);
  process.stdout.write(`${JSON.stringify(lab.record)}\n`);
  await lab.stopped;
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
