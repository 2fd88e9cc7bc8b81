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
import { examples, type Verb } from "./parts/verb";

export interface DoctorOptions extends StackOptions {
  readonly notify?: boolean;
}

/** Runs `doctor`: looks at everything that a run relies on. Resolves to 0 if nothing failed, else to 3. */
export async function doctorCommand(options: DoctorOptions, io: Io): Promise<number> {
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
    const failures = all.filter(({ state }) => state === "failed").length;
    if (options.json === true)
      io.out(
        JSON.stringify(
          answer("doctor", { stack: examination.stack ?? null, ok: failures === 0, rows: all.map(asJson) }),
        ),
      );
    else io.out(`\n${summary(all)}`);
    return failures === 0 ? EXIT_CODES.done : EXIT_CODES.blocked;
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
