import { parseObject } from "../userData";
import { InstallError } from "../kind";

/** Variables of the container that are secrets: the witness must never see one outside of its node. */
const SECRET_VARIABLES: readonly string[] = [
  "TFE_LICENSE",
  "TFE_ENCRYPTION_PASSWORD",
  "TFE_DATABASE_PASSWORD",
  "TFE_OBJECT_STORAGE_S3_ACCESS_KEY_ID",
  "TFE_OBJECT_STORAGE_S3_SECRET_ACCESS_KEY",
  "TFE_REDIS_PASSWORD",
  "TFE_VAULT_ROLE_ID",
  "TFE_VAULT_SECRET_ID",
  "TFE_IACT_TOKEN",
  "TFE_BACKUP_RESTORE_TOKEN",
];

/** The secret values of an environment, by name. */
export const secretVariables = (
  environment: Readonly<Record<string, string>>,
): readonly (readonly [name: string, value: string])[] =>
  SECRET_VARIABLES.flatMap((name) => {
    const value = environment[name];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });

/** Variables of a JSON object, their values as text. Throws InstallError. */
export const variablesIn = (text: string, from: string): Record<string, string> =>
  Object.fromEntries(Object.entries(parseObject(text, from)).map(([name, value]) => [name, String(value)]));

/** The same of the settings secret: the script takes nothing else than one line of text for a variable. Throws InstallError. */
export function secretEnvironment(text: string): Record<string, string> {
  const unfit = Object.entries(parseObject(text, "the settings secret")).filter(([name, value]) => !fits(name, value));
  if (unfit.length === 0) return variablesIn(text, "the settings secret");
  const names = unfit.map(([name]) => (/^\w{1,100}$/.test(name) ? name : "a key that is no variable"));
  throw new InstallError(`FAILED: the settings secret has no value of one line for: ${names.join(" ")}`);
}

function fits(name: string, value: unknown): boolean {
  if (!/^TFE_[A-Z0-9_]+$/.test(name) || value === null || value === undefined) return false;
  if (typeof value === "object") return false;
  // eslint-disable-next-line @typescript-eslint/no-base-to-string -- it is no object
  const text = String(value);
  return text !== "" && !/\p{Cc}/u.test(text);
}
