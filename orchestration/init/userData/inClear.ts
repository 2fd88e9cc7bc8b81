import { isSecretName } from "../../../infra/secrets";

/** `name: value`, `name="value"`, `"name": "value"` and `"name": {"value": "value"}`. */
const PAIR =
  /["']?\b([A-Za-z][\w-]{1,80})["']?\s{0,4}[:=]\s{0,4}(?:\{\s{0,4}"value"\s{0,4}:\s{0,4})?["']?([^\s"',;{}()]{1,400})/g;

/** What is no value of a secret: a variable of the script, a place where the secret is, a file, a number, a switch. */
const NO_VALUE = /^(?:\$|arn:|\/|https?:|\d{1,8}$|true$|false$|null$|none$|server-path$|anonymous$|password$)/i;

/** Names of settings in these texts that say that they hold a secret, and have a value, in the order of the texts. Never a value. */
export const secretNamesIn = (texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) =>
    [...text.matchAll(PAIR)].flatMap(([, name = "", value = ""]) =>
      isSecretName(name) && !isPlace(name) && !NO_VALUE.test(value) ? [name] : [],
    ),
  );

/** The name of where a secret is, or of a file. */
const isPlace = (name: string): boolean =>
  /(?:arn|id|path|pathname|file|dir|location|name|url|type|use_password_auth)$/i.test(name);
