import { randomBytes } from "node:crypto";
import { ttyOperator } from "../adapters/ttyOperator";
import { RepaveError } from "../domain/errors";
import type { RunFinished } from "../domain/events";
import { parseRelease } from "../domain/releases";
import type { Reporter } from "../ports/reporter";
import { upgrade } from "../upgrade/upgrade";
import type { Request } from "../upgrade/planning";
import { openTarget } from "../wiring";
import { EXIT_CODES } from "./exitCodes";
import { reporterFor, type Io, type StackOptions } from "./io";

export interface UpgradeCommandOptions extends StackOptions {
  readonly release: string;
  readonly image?: string;
  readonly yes?: boolean;
}

/** The request in the domain's words. Throws `RELEASE_UNKNOWN` before anything is opened. */
export function toRequest(options: Pick<UpgradeCommandOptions, "release" | "image">, stack: string): Request {
  const release = parseRelease(options.release);
  if (!release) throw new RepaveError("RELEASE_UNKNOWN", options.release);
  return { stack, release: release.sequence, ...(options.image === undefined ? {} : { image: options.image }) };
}

/** `upgrade`: drain, zero, one, gate, out. Resolves to the exit code. */
export async function upgradeCommand(options: UpgradeCommandOptions, io: Io): Promise<number> {
  toRequest(options, "");
  const held = holdLast();
  const target = await openTarget({
    stack: options.stack,
    speed: options.speed,
    nodeBuild: options.nodeBuild,
    note: (line) => io.err(line),
    reporter: (clock) => held.behind(reporterFor(options, io)(clock)),
  });
  try {
    const finished = await upgrade(toRequest(options, target.stackName), {
      ports: target.ports,
      policy: target.policy,
      operator: ttyOperator({ yes: options.yes === true || target.isLab, signal: io.signal }),
      signal: io.signal,
      nonce: randomBytes(2).toString("hex"),
      begin: (run) => target.begin(run),
    });
    const witness = await target.witness();
    held.release(witness === undefined ? finished : { ...finished, witness });
    if (finished.outcome === "done" && options.json !== true) sayWhatToCommit(target.stackFile, target.isLab, io);
    return EXIT_CODES[finished.outcome];
  } finally {
    await target.close();
  }
}

/** The last event is told when all is known, the witness's verdict included: so it is the last line. */
function holdLast(): { behind(reporter: Reporter): Reporter; release(event: RunFinished): void } {
  let inner: Reporter | undefined;
  return {
    behind(reporter) {
      inner = reporter;
      return {
        emit: (event) => {
          if (event.event !== "run.finished") reporter.emit(event);
        },
      };
    },
    release: (event) => inner?.emit(event),
  };
}

function sayWhatToCommit(stackFile: string, isLab: boolean, io: Io): void {
  io.out(
    isLab
      ? `  ${stackFile} records the new build (the lab's own file: nothing to commit)`
      : `  ${stackFile} records the new build: commit it, so that the next \`pulumi up\` from any clone agrees`,
  );
}
