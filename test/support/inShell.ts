import { spawnSync, type SpawnSyncReturns } from "node:child_process";

/**
 * Runs a shell with these words for real. Its standard input is none: where it is a socket, as Node.js would give it, `bash -c` takes its
 * caller for rshd and reads `~/.bashrc`, which may put other programs in front of a test's own.
 */
export const inShell = (
  shell: string,
  words: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): SpawnSyncReturns<string> =>
  spawnSync(shell, words, { ...options, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
