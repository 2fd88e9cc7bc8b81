import { existsSync } from "node:fs";
import { join } from "node:path";
import { getHomeDir, loadSharedConfigFiles } from "@smithy/core/config";
import type { AwsPlace } from "../../../infra/awsSdk";
import { traced } from "../machine/trace";

/** What this project's clients have in common that is needed here. */
interface Client {
  readonly config: { region(): Promise<string> };
  readonly middlewareStack: {
    add(
      middleware: (
        next: (args: never) => Promise<unknown>,
        context: { readonly clientName?: string; readonly commandName?: string },
      ) => (args: never) => Promise<unknown>,
      options: { readonly step: "initialize"; readonly name: string },
    ): void;
  };
}

/** Where and as whom a call was made, beside the error that came of it. */
const places = new WeakMap<object, string>();

/** Where the credentials of a call were looked for, and in which region it was made. Undefined: not known of this error. */
export const placeOf = (thrown: unknown): string | undefined =>
  typeof thrown === "object" && thrown !== null ? places.get(thrown) : undefined;

/** Makes the client's errors know where and as whom it asked, and has `--debug` show its calls, without their content. */
export function rememberPlace(client: Client, place: AwsPlace, env: NodeJS.ProcessEnv = process.env): void {
  client.middlewareStack.add(
    (next, { clientName = "AWS", commandName = "" }) =>
      async (args) => {
        const what = (): string => `${clientName.replace(/Client$/, "")} ${commandName.replace(/Command$/, "")}`;
        try {
          return await traced(what, () => next(args));
        } catch (thrown) {
          if (typeof thrown === "object" && thrown !== null) places.set(thrown, await describe(client, place, env));
          throw thrown;
        }
      },
    { step: "initialize", name: "tfeRepavePlace" },
  );
}

async function describe({ config }: Client, { profile }: AwsPlace, env: NodeJS.ProcessEnv): Promise<string> {
  const region = await config.region().catch(() => "none");
  return `${await credentialsOf(profile, env)}; region ${region}`;
}

/** What the SDK took the credentials from, or where it found none. The profile of the stack comes before the environment's keys. */
async function credentialsOf(configured: string | undefined, env: NodeJS.ProcessEnv): Promise<string> {
  const named = configured ?? env["AWS_PROFILE"];
  if (named === undefined && env["AWS_ACCESS_KEY_ID"])
    return "with the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
  const files = [
    env["AWS_CONFIG_FILE"] ?? join(getHomeDir(), ".aws", "config"),
    env["AWS_SHARED_CREDENTIALS_FILE"] ?? join(getHomeDir(), ".aws", "credentials"),
  ];
  const from = `${files.join(" and ")}${files.some((file) => existsSync(file)) ? "" : ", neither of which exists"}`;
  const source = configured === undefined ? (named === undefined ? "the default one" : "AWS_PROFILE") : "aws:profile";
  const profile = `profile ${named ?? "default"} (${source}) of ${from}`;
  const known = await profiles();
  const isUnknown = known.length > 0 && !known.includes(named ?? "default");
  const keys = named === undefined ? "AWS_ACCESS_KEY_ID is not set; " : "";
  return `${keys}${profile}${isUnknown ? `, where the profiles are ${known.join(", ")}` : ""}`;
}

/** Names of the profiles in the shared files; none where they cannot be read. */
async function profiles(): Promise<readonly string[]> {
  const files = await loadSharedConfigFiles({ ignoreCache: true }).catch(() => undefined);
  const names = Object.keys({ ...files?.configFile, ...files?.credentialsFile });
  return names.filter((name) => !name.includes(".")).sort();
}
