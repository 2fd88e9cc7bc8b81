import { satisfies } from "semver";
import { childVariables } from "../../../infra/childVariables";
import { engines } from "../../../package.json";
import type { MachineSight, Program } from "../../ports/diagnosis";
import { runProcess } from "./process";

/** The programs of this machine that the project runs with, and the versions that package.json asks for. */
export function programsHere(env: NodeJS.ProcessEnv = process.env): MachineSight {
  return {
    platform: process.platform,
    node: () => judged(process.versions.node, engines.node),
    async npm(signal) {
      const result = await runProcess(["npm", "--version"], { signal, env: childVariables(env, ["person"]) }).catch(
        () => undefined,
      );
      if (result === undefined || result === "timeout" || result.exitCode !== 0) return undefined;
      return judged(result.stdout.trim(), engines.npm);
    },
  };
}

const judged = (version: string, needed: string): Program => ({ version, needed, fits: satisfies(version, needed) });
