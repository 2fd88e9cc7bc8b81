import { beforeActing, type ErrorCode, RepaveError } from "../domain/errors";
import type { World } from "./world";

/** The one command or edit for an error, where its remedy names several. `pulumi`: how a person starts the Pulumi CLI here. */
const COMMANDS: Readonly<Partial<Record<ErrorCode, (pulumi: string) => string>>> = {
  ENGINE_MISSING: () => "npm run engine",
  NOT_LOGGED_IN: (pulumi) => `${pulumi} login`,
  BACKEND_UNREACHABLE: (pulumi) => `${pulumi} whoami -v`,
  PASSPHRASE_MISSING: () => PASSPHRASE,
  PASSPHRASE_WRONG: () => PASSPHRASE,
};

const PASSPHRASE = "export PULUMI_CONFIG_PASSPHRASE_FILE=<file with the passphrase>";

/** What has to be renewed with a login. */
const OF_LOGIN: readonly ErrorCode[] = ["CREDENTIALS_MISSING", "CREDENTIALS_EXPIRED", "CREDENTIALS_INVALID"];

/** What fixes this error: one command where there is one, otherwise the remedy of the error. Undefined: the error is not one of ours. */
export async function fixFor(
  thrown: unknown,
  { credentials, engine }: Pick<World, "credentials" | "engine">,
): Promise<string | undefined> {
  if (!(thrown instanceof RepaveError) || thrown.code === "INTERNAL") return undefined;
  if (OF_LOGIN.includes(thrown.code)) return credentials.login();
  const { command } = await engine.find().catch(() => ({ command: "pulumi" }));
  return COMMANDS[thrown.code]?.(command) ?? withoutAgain(beforeActing(thrown.remedy));
}

/** Nothing is run again here: the same table shows whether it helped. */
const withoutAgain = (remedy: string): string => remedy.replace(/ ?Then run the same command again\./, "").trim();
