import { execFile } from "node:child_process";
import { resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");
const TSX = resolve(ROOT, "node_modules/tsx/dist/cli.mjs");

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The variables of this machine that a command would listen to. */
const STRIPPED = /^(TFE_REPAVE_|PULUMI_|AWS_)/;

/** Gives a command line as a person would, and waits for its end. */
export function tfeRepave(...argv: readonly string[]): Promise<Ended> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !STRIPPED.test(name)));
  return new Promise((done) => {
    const options = { cwd: ROOT, env: { ...env, NO_COLOR: "1" }, timeout: 60_000 };
    execFile(process.execPath, [TSX, "orchestration/cli.ts", ...argv], options, (error, stdout, stderr) => {
      // An exit status is no error to us; a program that could not be run at all is.
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      done({ code, stdout, stderr });
    });
  });
}
