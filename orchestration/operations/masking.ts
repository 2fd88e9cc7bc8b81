import { SECRET_SETTINGS } from "../../infra/nodes/replicated/settings";

/** Words at the end of the names of settings that hold secrets. */
const SECRET_NAME = /(?:^|_)(?:pass(?:word|wd|phrase)?|secret|tokens?|credentials?|private_key|secret_key|access_key)$/;

/** A log destination has its keys in its configuration, and connection parameters may hold a password. */
const MAY_HOLD_SECRETS: readonly string[] = ["log_forwarding_config", "pg_extra_params"];

/** A private key, or a user name and password in a URL. */
const SECRET_VALUE = /PRIVATE KEY-----|:\/\/[^/\s:@]*:[^/\s@]+@/;

/** Whether a setting is a secret, as far as its name or its value says. */
export const isSecret = (key: string, value = ""): boolean =>
  SECRET_SETTINGS.includes(key) || MAY_HOLD_SECRETS.includes(key) || SECRET_NAME.test(key) || SECRET_VALUE.test(value);

/** What is shown of a value: nothing of a secret but that it is set. */
export const masked = (key: string, value: string | undefined): string | undefined =>
  value === undefined || value === "" || !isSecret(key, value) ? value : "(secret)";
