/** Variables of the environment whose values no message may show. */
const SECRET_VARIABLES = /PASSPHRASE$|SECRET|TOKEN|PASSWORD/;

/**
 * Takes out what is secret by where it came from, should a provider quote it. The engine itself already writes `[secret]` for
 * the values that it knows to be secret.
 */
export function redact(text: string, env: NodeJS.ProcessEnv): string {
  const secrets = Object.entries(env).flatMap(([name, value]) =>
    SECRET_VARIABLES.test(name) && value !== undefined && value.length >= 6 ? [value] : [],
  );
  return secrets
    .reduce((clean, secret) => clean.replaceAll(secret, "[secret]"), text)
    .replace(/\/\/[^/\s:@]+:[^/\s@]+@/g, "//[secret]@");
}
