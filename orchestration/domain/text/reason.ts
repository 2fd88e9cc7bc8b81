import { beginning } from "./printable";
import { lines } from "./text";

/** Bound on a reason, in characters: a refusal by AWS, with its two ARNs, fits. */
const LONGEST = 400;

/** What the SSM agent adds to the standard error of a command that failed, on a line of its own or at the end of the command's. */
const AGENTS_OWN = /failed to run commands: (?:exit status -?\d+|signal: [\w ]{1,40}?)\s*$/;

/** Lines that begin the reason, whatever advice or trace follows them: curl, the AWS CLI, git, programs in Go. */
const FIRST_WORDS = /^(?:curl: \(\d+\) |An error occurred \(|fatal: |panic: )/;

/** curl writes its error behind its progress meter, on the same line. */
const BEHIND_METER = /^[\s\d.:kMG-]+(?=curl: \(\d+\) )/;

/** What a command line that was not understood is followed by: how to use the program. */
const USAGE = /^Usage:/i;

/** What some programs end with, which is no reason. */
const ADVICE = /^(?:(?:See|Run|Try) ['"`].*(?:help|usage)|For more help\b|-*(?:output|error) truncated-*$)/i;

/** Statuses by which a shell reports a signal. */
const BY_SIGNAL: Readonly<Record<number, string>> = {
  137: "it was killed (exit status 137)",
  143: "it was terminated (exit status 143)",
};

/** Standard error as the command itself wrote it. */
export const withoutAgentsOwn = (stderr: string): string => stderr.replace(AGENTS_OWN, "");

/** The line of an output that says why a command failed; undefined: nothing was said. */
export function tellingLine(output: string): string | undefined {
  const printed = lines(withoutAgentsOwn(output))
    .map((line) => line.trim().replace(BEHIND_METER, ""))
    .filter((line) => line !== "");
  const usage = printed.findIndex((line) => USAGE.test(line));
  const said = usage > 0 ? printed.slice(0, usage) : printed;
  const line =
    said.find((each) => FIRST_WORDS.test(each)) ?? said.findLast((each) => !ADVICE.test(each)) ?? said.at(-1);
  return line === undefined ? undefined : beginning(line, LONGEST);
}

/**
 * Why a command failed, on one line: what it said on standard error or, where it said nothing there, on standard output; else how it
 * ended. `Cannot connect to the Docker daemon`, `exit status 3`.
 */
export function reasonOf(stdout: string, stderr: string, exitCode: number): string {
  return tellingLine(stderr) ?? tellingLine(stdout) ?? BY_SIGNAL[exitCode] ?? `exit status ${exitCode}`;
}
