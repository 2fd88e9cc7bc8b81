import { spawn } from "node:child_process";
import { childVariables } from "../../../infra/childVariables";

const OPENERS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};
/** One that has not failed by then shows the file, and may stay for as long as its window is open. */
const FAILS_WITHIN_MS = 2000;

/** Shows a file with the program that this machine has for it. Resolves to the reason where it has none, or that failed. */
export function openFile(
  file: string,
  opener = OPENERS[process.platform] ?? ["xdg-open"],
): Promise<string | undefined> {
  const [program = "", ...words] = opener;
  return new Promise((resolve) => {
    const child = spawn(program, [...words, file], {
      detached: true,
      stdio: "ignore",
      env: childVariables(process.env, ["person", "desktop"]),
    });
    const patience = setTimeout(() => settle(undefined), FAILS_WITHIN_MS);
    function settle(problem: string | undefined): void {
      clearTimeout(patience);
      child.unref();
      resolve(problem);
    }
    child.once("error", () => settle(`${program} is not available`));
    child.once("exit", (code) => settle(code === 0 ? undefined : `${program} ended with ${code ?? "a signal"}`));
  });
}
