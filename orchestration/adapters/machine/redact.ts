import { isSecretName, withoutSecrets } from "../../../infra/secrets";

/** The working folder, which is named like a password, and the socket of an agent. */
const HARMLESS = /^(?:OLD)?PWD$|_SOCK$/;

/** What is written into a variable to switch something, whatever its name is. */
const SWITCH = /^(?:true|false|yes|no|on|off|none|null|auto|\d{1,2})$/i;

const isSecret = (name: string): boolean =>
  !HARMLESS.test(name) && (isSecretName(name) || /SECRET|TOKEN|PASSWORD|WEBHOOK/i.test(name));

/** Below this, a value is a word that any text may have in it: it is replaced where it stands alone. */
const LONG = 6;
const SHORTEST = 3;

/**
 * Removes secrets: by their origin, in case a provider quotes the value of a variable, and by what they look like. The Pulumi CLI already
 * prints `[secret]` for the values that it knows to be secret.
 */
export function redact(text: string, env: NodeJS.ProcessEnv): string {
  const values = Object.entries(env).flatMap(([name, value = ""]) =>
    isSecret(name) && value.length >= SHORTEST && !SWITCH.test(value) ? [value] : [],
  );
  // The longest first: one may be part of another.
  const secrets = [...new Set(values)].sort((one, other) => other.length - one.length);
  return withoutSecrets(secrets.reduce(without, text));
}

function without(text: string, secret: string): string {
  if (secret.length >= LONG) return text.replaceAll(secret, "[secret]");
  const literal = secret.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return text.replace(new RegExp(`(?<!\\w)${literal}(?!\\w)`, "g"), "[secret]");
}
