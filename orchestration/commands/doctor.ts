import { createColors } from "picocolors";
import type { Colors } from "picocolors/types";
import { lazily } from "../adapters/machine/lazy";
import { columns } from "../adapters/reporters/layout/columns";
import { wrap } from "../adapters/reporters/layout/wrap";
import { answer } from "../adapters/reporters/schema/answers";
import type { Line } from "../doctor/examine";
import { ROWS } from "../doctor/rows";
import type * as doctor from "../wiring/doctor";
import { EXIT_CODES } from "./parts/exitCodes";
import type { Io, StackOptions } from "./io";
import { onStack } from "./options";
import { examples, seeHelp, type Verb } from "./parts/verb";

export interface DoctorOptions extends StackOptions {
  readonly notify?: boolean;
}

/** Runs `doctor`: looks at everything that a run relies on. Resolves to 0 if nothing failed, else to 3. */
export const doctorCommand = (options: DoctorOptions, io: Io): Promise<number> =>
  look(options, io, (all) => all.every(({ state }) => state !== "failed"));

/** Runs `notify test`: the row of the receivers alone, with a test to each. Resolves to 0 if every one took it, and to 3 if there is none. */
export const notifyTestCommand = (options: StackOptions, io: Io): Promise<number> =>
  look({ ...options, notify: true, only: ["notifications"] }, io, (all) =>
    all.every(({ state, subject }) => state === "ok" && subject !== undefined),
  );

/** Shows the rows one by one, and ends well if what they show is as it should be. */
async function look(
  options: DoctorOptions & { readonly only?: readonly string[] },
  io: Io,
  isWell: (all: readonly Line[]) => boolean,
): Promise<number> {
  const { openExamination } = lazily("../wiring/doctor", __filename) as typeof doctor;
  const examination = await openExamination({
    ...options,
    stack: options.stack,
    notify: options.notify === true,
    signal: io.signal,
  });
  const colors = createColors(io.screen !== undefined && !process.env["NO_COLOR"]);
  try {
    const all: Line[] = [];
    for (const row of examination.rows) {
      const lines = await row;
      io.signal.throwIfAborted();
      all.push(...lines);
      if (options.json !== true)
        for (const line of lines.flatMap((each) => rowLines(each, colors, io.screen?.columns))) io.out(line);
    }
    const ok = isWell(all);
    if (options.json === true)
      io.out(JSON.stringify(answer("doctor", { stack: examination.stack ?? null, ok, rows: all.map(asJson) })));
    else io.out(`\n${summary(all)}`);
    return ok ? EXIT_CODES.done : EXIT_CODES.blocked;
  } finally {
    await examination.close();
  }
}

const asJson = (line: Line) => ({
  id: line.id,
  subject: line.subject ?? null,
  state: line.state,
  seen: line.seen,
  fix: line.state === "failed" ? line.fix : null,
});

const MARKS = { ok: "✓", failed: "✗", unchecked: "–" } as const;

/** Every title has the room of the longest, so that a row can be shown before the next one is there. */
const WIDEST = Math.max(...ROWS.map(({ title }) => title.length));

/** A row as it is shown in so many columns. */
export function rowLines(line: Line, colors: Colors, width = Infinity): readonly string[] {
  const paint = { ok: colors.green, failed: colors.red, unchecked: colors.dim }[line.state];
  const seen = [
    line.subject === undefined ? "" : `${line.subject}: `,
    line.state === "unchecked" ? "not checked: " : "",
    line.seen,
  ].join("");
  const body = line.state === "unchecked" ? colors.dim(seen) : seen;
  const row = columns([[paint(MARKS[line.state]), line.title.padEnd(WIDEST), body]], width);
  return line.state === "failed" ? [...row, colors.bold(fixLine(line.fix, width))] : row;
}

/** A command stays on one line, however long, so that it can be copied. Sentences are broken between words. */
function fixLine(fix: string, width: number): string {
  const line = `   → ${fix}`;
  return /^[A-Z]/.test(fix) ? wrap(line, width) : line;
}

function summary(all: readonly Line[]): string {
  const count = (state: Line["state"]): number => all.filter((line) => line.state === state).length;
  const parts = [`${count("ok")} ok`, `${count("failed")} to fix`, `${count("unchecked")} not checked`];
  return parts.join(", ");
}

export const doctorVerb: Verb = {
  name: "doctor",
  acts: false,
  register({ io, verb, exit }) {
    onStack(verb("Check this machine, the AWS account and the stack, and name what fixes each problem."))
      .option("--notify", "send a test to the receivers of notices")
      .addHelpText("after", examples("npm run doctor -- --stack production", "npm run doctor -- --notify --json"))
      .action(async (options: DoctorOptions) => exit(await doctorCommand(options, io)));
  },
};

export const notifyVerb: Verb = {
  name: "notify",
  acts: false,
  register({ io, verb, exit }) {
    const group = verb("Send a test to the receivers of notices.");
    onStack(group.command("test", { isDefault: true }).description("Send each receiver one notice of the kind `test`."))
      .showHelpAfterError(seeHelp("notify test"))
      .action(async (options: StackOptions) => exit(await notifyTestCommand(options, io)));
    group.addHelpText("after", examples("npm run notify -- test --stack production"));
  },
};
