/**
 * Words as one line for a POSIX shell, which reads exactly these words back. Plain single quotes, since the shell at the other
 * end may be any (`sh` of SSM's documents, the login shell over SSH): zx's `quote` writes bash's `$'…'`.
 * Throws on a NUL, which no argument can hold.
 */
export function shellLine(argv: readonly string[]): string {
  return argv.map(quoted).join(" ");
}

function quoted(word: string): string {
  if (word.includes("\0")) throw new RangeError("an argument cannot hold a NUL character");
  return /^[\w/.:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
