import { loadSharedConfigFiles } from "@smithy/core/config";
import { shellLine } from "../../nodeShell/shellLine";

type Profiles = Readonly<Record<string, Readonly<Record<string, string | undefined>> | undefined>>;

/** Profiles that take their credentials from another one may do so over several; more is a circle. */
const DEEPEST = 5;

/**
 * The command or edit that gets new credentials for a profile of the AWS command line; undefined: the default one. A profile of IAM
 * Identity Center is logged in to, a role is taken with another profile, and a profile that is not there yet is made.
 */
export async function loginCommand(profile: string | undefined): Promise<string> {
  const files = await loadSharedConfigFiles({ ignoreCache: true }).catch(() => undefined);
  const found: Profiles = Object.fromEntries(
    Object.entries({ ...files?.configFile, ...files?.credentialsFile }).map(([name]) => [
      name,
      { ...files?.configFile[name], ...files?.credentialsFile[name] },
    ]),
  );
  const name = sourceOf(profile ?? "default", found);
  const keys = Object.keys(found[name] ?? {});
  if (keys.includes("credential_process")) return `correct credential_process of profile ${name}`;
  const verb = keys.some((key) => key.startsWith("sso_"))
    ? ["sso", "login"]
    : keys.includes("aws_access_key_id")
      ? ["configure"]
      : ["configure", "sso"];
  return shellLine(["aws", ...verb, ...(name === "default" ? [] : ["--profile", name])]);
}

/** The profile whose credentials this one uses. */
function sourceOf(profile: string, profiles: Profiles): string {
  let name = profile;
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const source = profiles[name]?.["source_profile"];
    if (source === undefined || source === name) break;
    name = source;
  }
  return name;
}
