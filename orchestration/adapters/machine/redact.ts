/** Environment variables whose values must not appear in any message. */
const SECRET_VARIABLES = /PASSPHRASE$|SECRET|TOKEN|PASSWORD/;

/**
 * Removes secrets by their origin, in case a provider quotes one. The Pulumi CLI already prints `[secret]` for the values that
 * it knows to be secret.
 */
export function redact(text: string, env: NodeJS.ProcessEnv): string {
  const secrets = Object.entries(env).flatMap(([name, value]) =>
    SECRET_VARIABLES.test(name) && value !== undefined && value.length >= 6 ? [value] : [],
  );
  return secrets
    .reduce((clean, secret) => clean.replaceAll(secret, "[secret]"), text)
    .replace(/\/\/[^/\s:@]+:[^/\s@]+@/g, "//[secret]@");
}
