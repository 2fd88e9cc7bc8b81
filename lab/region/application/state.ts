import { DEFAULTS } from "../defaults";
import type { Application, RegionState, Workspace } from "../model";
import { integer } from "../random";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz123456789";

/** An id as the application makes them: `run-CZcmD7eagjhyX0vN`. */
export const newId = (state: RegionState, kind: string): string => `${kind}-${word(state, 16)}`;

/** So many letters and digits that nobody guesses. */
export const word = (state: RegionState, length: number): string =>
  Array.from({ length }, () => LETTERS[integer(state, 0, LETTERS.length - 1)] ?? "A").join("");

/** What the application keeps for its users, to be read and changed: one workspace, in which nothing was built. */
export function applicationOf(state: RegionState): Application {
  state.application ??= {
    workspaces: [smokeWorkspace(state)],
    configurationVersions: [],
    runs: [],
    rate: { second: 0, requests: 0 },
  };
  return state.application;
}

function smokeWorkspace(state: RegionState): Workspace {
  const [organization = "", name = ""] = DEFAULTS.smokeWorkspace.split("/");
  return {
    id: newId(state, "ws"),
    organization,
    name,
    executionMode: "remote",
    autoApply: false,
    locked: false,
    resourceCount: 0,
  };
}
