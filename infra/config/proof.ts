/** What proves a new build with the service up: smoke runs, a soak, alarms. Pure. */
import { z } from "zod";
import { boolean, choice, integer, list, secretArn, text } from "./values";

/** A name of an alarm, or its ARN. */
const ALARM = /^[^\s"][^"]{0,254}$/;

export const PROOF_KEYS = {
  smoke: choice(["always", "onRequest"]).prefault("always"),
  smokeWorkspace: text("organization/workspace", /^[\w-]{1,40}\/[\w-]{1,90}$/).optional(),
  smokeTokenSecretArn: secretArn().optional(),
  smokeApply: boolean().prefault("false"),
  smokeConfiguration: choice(["builtIn", "workspace"]).prefault("builtIn"),
  smokeMinutes: integer(1, 240).prefault("15"),
  soakMinutes: integer(0, 1440).prefault("0"),
  alarms: list("names or ARNs of alarms", ALARM).prefault("[]"),
  alarmsSetOff: list("names or ARNs of alarms", ALARM).prefault("[]"),
} as const;

type Key = keyof typeof PROOF_KEYS;

const ALARMS = z.object({ alarms: PROOF_KEYS.alarms, alarmsSetOff: PROOF_KEYS.alarmsSetOff });

/** The rules, each with whether it is broken and the sentence about it. */
export const unfitProof = (
  has: (key: Key) => boolean,
  values: Readonly<Partial<Record<Key, string>>>,
): readonly (readonly [broken: boolean, problem: string])[] => [
  [
    has("smokeWorkspace") !== has("smokeTokenSecretArn"),
    "smokeWorkspace and smokeTokenSecretArn require each other: smoke runs are made with the token, in the workspace",
  ],
  [
    values.smokeApply === "true" && !has("smokeWorkspace"),
    "smokeApply is about the runs of smokeWorkspace: it has no effect otherwise",
  ],
  [isUnwatched(values), "alarmsSetOff names alarms that are not among alarms"],
];

function isUnwatched({ alarms, alarmsSetOff }: Readonly<Partial<Record<Key, string>>>): boolean {
  const read = ALARMS.safeParse({ alarms, alarmsSetOff });
  return read.success && read.data.alarmsSetOff.some((name) => !read.data.alarms.includes(name));
}
