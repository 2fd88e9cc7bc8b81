import { gunzipSync } from "node:zlib";
import { RepaveError } from "../../domain/errors";
import { type CommandResult, MOST_OUTPUT_BYTES } from "../../ports/nodeShell";

/** The agent keeps this many bytes of a command's output (its own limit, which is GetCommandInvocation's too)… */
const KEPT_BYTES = 24_000;
/** …and ends what it has cut with this. */
const CUT_MARK = "--output truncated--";

/** Characters fetched at a time, well below that limit. */
const SLICE = 20_000;
/** Of the packed output: fifty slices. What is longer than this is no answer to a question of ours. */
const MAX_PACKED = 50 * SLICE;

/** Whether SSM shows only the beginning of an output. */
export const isCut = (output: string): boolean =>
  output.trimEnd().endsWith(CUT_MARK) || Buffer.byteLength(output) >= KEPT_BYTES;

/** Runs one line of shell on the node to its end; some even after the caller has given up. */
type Run = (line: string, regardless?: "regardless") => Promise<CommandResult>;

/**
 * The whole output of a command that SSM had cut: it is run once more, its output kept on the node as a file that only root can
 * read, fetched in slices, and removed. Not by way of a bucket: settings are among what is read, and secrets among those.
 * Throws `NODE_ANSWER_UNREADABLE` where it cannot be had whole.
 */
export async function longOutput(instanceId: string, line: string, run: Run): Promise<CommandResult> {
  const unreadable = (why: string): RepaveError =>
    new RepaveError("NODE_ANSWER_UNREADABLE", `${instanceId}: SSM cut the output at ${KEPT_BYTES} bytes, and ${why}`);
  const { exitCode, stdout, stderr } = await run(keep(line));
  const [, file = "", size = ""] = /^(\/[\w./-]+) (\d+)\s*$/.exec(stdout) ?? [];
  const length = Number(size);
  if (file === "") throw unreadable("it could not be stored on the node. Check the free space in its /tmp");
  try {
    if (length > MAX_PACKED) throw unreadable(`it is too long (${size} bytes compressed)`);
    let packed = "";
    while (packed.length < length) {
      const slice = (await run(`tail -c +${packed.length + 1} ${file} | head -c ${SLICE}`)).stdout;
      if (slice.length !== Math.min(SLICE, length - packed.length)) throw unreadable("part of it did not arrive");
      packed += slice;
    }
    return { exitCode, stdout: unpack(packed, unreadable), stderr };
  } finally {
    // Where even that fails, what is left of it goes with the node.
    await run(`rm -f ${file}`, "regardless").catch(() => undefined);
  }
}

/** Keeps the output of a line, packed, and prints the file and its size; ends with the line's own status. */
function keep(line: string): string {
  return [
    "umask 077",
    'f="$(mktemp "${TMPDIR:-/tmp}/tfe-repave.XXXXXXXX")" || exit 1',
    `{ ${line}`,
    '} >"$f.out" 2>"$f.err"',
    "s=$?",
    'head -c 4000 "$f.err" >&2',
    `gzip -c "$f.out" | base64 | tr -d '\\n' >"$f"`,
    'rm -f "$f.out" "$f.err"',
    `printf '%s %s\\n' "$f" "$(wc -c <"$f" | tr -d ' ')"`,
    "exit $s",
  ].join("\n");
}

function unpack(packed: string, unreadable: (why: string) => RepaveError): string {
  try {
    return gunzipSync(Buffer.from(packed, "base64"), { maxOutputLength: MOST_OUTPUT_BYTES }).toString("utf8");
  } catch (error) {
    const isTooLong = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    throw unreadable(isTooLong ? `it is longer than ${MOST_OUTPUT_BYTES} bytes` : "the stored output is damaged");
  }
}
