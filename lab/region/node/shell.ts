import { parse } from "shell-quote";

/** A simple command of a command line, and when it runs. */
export interface Step {
  /** What stands before it: always, after a success, after a failure. */
  readonly joiner: ";" | "&&" | "||";
  readonly argv: readonly string[];
  /** `2>&1`, `>/dev/null`, `2>/dev/null` */
  readonly merge: boolean;
  readonly dropStdout: boolean;
  readonly dropStderr: boolean;
}

interface Draft {
  joiner: Step["joiner"];
  argv: string[];
  merge: boolean;
  dropStdout: boolean;
  dropStderr: boolean;
}

function draft(joiner: Step["joiner"]): Draft {
  return { joiner, argv: [], merge: false, dropStdout: false, dropStderr: false };
}

/** A line, or a script of several, as the shell takes it apart. Pipes and files are beyond it: `undefined`. */
export function parseScript(script: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  for (const line of splitLines(script)) {
    const parsed = parseLine(line);
    if (!parsed) return undefined;
    steps.push(...parsed);
  }
  return steps;
}

function parseLine(line: string): readonly Step[] | undefined {
  const drafts = [draft(";")];
  const words = parse(line);
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    const current = drafts.at(-1);
    if (word === undefined || current === undefined) break;
    if (typeof word === "string") {
      current.argv.push(word);
    } else if ("comment" in word) {
      break;
    } else if (word.op === "glob") {
      current.argv.push(word.pattern);
    } else if (word.op === ";" || word.op === "&&" || word.op === "||") {
      drafts.push(draft(word.op));
    } else if (redirect(current, word.op, words[index + 1])) {
      index += 1;
    } else {
      return undefined;
    }
  }
  const steps: Step[] = [];
  for (const step of drafts) {
    if (step.argv.length === 0) continue;
    const inner = unwrap(step);
    if (!inner) return undefined;
    steps.push(...inner);
  }
  return steps;
}

/** Takes a redirection into the command; false: not one of the known ones. */
function redirect(step: Draft, op: string, target: unknown): boolean {
  const last = step.argv.at(-1);
  const descriptor = last === "1" || last === "2" ? last : undefined;
  if (op === ">&" && descriptor === "2" && target === "1") step.merge = true;
  else if (op === ">" && target === "/dev/null" && descriptor === "2") step.dropStderr = true;
  else if (op === ">" && target === "/dev/null") step.dropStdout = true;
  else return false;
  if (descriptor !== undefined) step.argv.pop();
  return true;
}

/** A script that says in its first line what it is, beyond this shell: it counts as a command of that name. */
const NAMED_SCRIPT = /^# tfe-repave: [\w-]+(?=\n)/;

const ASSIGNMENT = /^[A-Za-z_]\w*=/;

/** What `sudo`, `env`, `exec`, `timeout` and variables before a command come down to here; `sh -c` is its own script. */
function unwrap(step: Draft): readonly Step[] | undefined {
  let argv = step.argv;
  for (;;) {
    const [first = "", ...rest] = argv;
    if (ASSIGNMENT.test(first) || first === "env" || first === "exec") argv = rest;
    else if (first === "sudo") argv = rest.slice(rest.findIndex((word) => !word.startsWith("-")));
    else if (first === "timeout") argv = rest.slice(1 + rest.findIndex((word) => !word.startsWith("-")));
    else break;
  }
  const script = argv[2];
  if (!/^(?:\/bin\/)?(?:ba|da)?sh$/.test(argv[0] ?? "") || script === undefined || !/^-\w*c$/.test(argv[1] ?? "")) {
    return [{ ...step, argv }];
  }
  const named = NAMED_SCRIPT.exec(script);
  if (named) return [{ ...step, argv: [named[0], ...argv.slice(4)] }];
  const inner = parseScript(script);
  return inner?.map((part, index) => ({
    joiner: index === 0 ? step.joiner : part.joiner,
    argv: part.argv,
    merge: step.merge || part.merge,
    dropStdout: step.dropStdout || part.dropStdout,
    dropStderr: step.dropStderr || part.dropStderr,
  }));
}

/** Lines of a script; a line break within quotes, or after a backslash, ends none. */
function splitLines(script: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  let quote = "";
  for (let index = 0; index < script.length; index += 1) {
    const character = script.charAt(index);
    if (character === "\\" && quote !== "'") {
      const next = script.charAt(index + 1);
      line += next === "\n" ? "" : character + next;
      index += 1;
      continue;
    }
    if (quote === "" && (character === "'" || character === '"')) quote = character;
    else if (character === quote) quote = "";
    if (character === "\n" && quote === "") {
      lines.push(line);
      line = "";
    } else {
      line += character;
    }
  }
  return [...lines, line];
}
