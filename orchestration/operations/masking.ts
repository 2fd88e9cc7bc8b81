import type { SettingFacts } from "../domain/settings";

/** Words at the end of the names of settings that hold secrets. */
const SECRET_NAME = /(?:^|_)(?:pass(?:word|wd|phrase)?|secret|tokens?|credentials?|private_key|secret_key|access_key)$/;

/** A private key, or a user name and password in a URL. */
const SECRET_VALUE = /PRIVATE KEY-----|:\/\/[^/\s:@]*:[^/\s@]+@/;

type Secrets = Pick<SettingFacts, "secrets">;

/** Returns whether a setting is a secret, judged by its name and its value. */
export const isSecret = ({ secrets }: Secrets, key: string, value = ""): boolean =>
  secrets.includes(key) || SECRET_NAME.test(key) || SECRET_VALUE.test(value);

/** Masks a secret value: only whether it is set is shown. */
export const masked = (facts: Secrets, key: string, value: string | undefined): string | undefined =>
  value === undefined || value === "" || !isSecret(facts, key, value) ? value : "(secret)";
