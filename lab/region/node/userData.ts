import { gunzipSync } from "node:zlib";
import type { Instance, RegionState } from "../model";
import { InstallError } from "./kind";

/** The script that the instance was launched with: base64, gzipped or not. */
export const scriptOf = (instance: Instance): string => scriptIn(instance.userData);

/** The same as a launch template carries it. */
export function scriptIn(userData: string): string {
  const bytes = Buffer.from(userData, "base64");
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("utf8");
}

/** Text of `<<'MARK'` … `MARK`; undefined: the script has none. */
export function heredoc(script: string, mark: string): string | undefined {
  const found = new RegExp(`<<-?\\s*['"]?${mark}['"]?[^\\n]*\\n(?<text>[\\s\\S]*?)^\\s*${mark}\\s*$`, "m").exec(script);
  return found?.groups?.["text"];
}

/**
 * Text that a script of somebody else's writes into a file: `echo "<base64>" | base64 -d > TARGET`, or a heredoc of `cat > TARGET`. Undefined:
 * it writes no such file in one of these ways.
 */
export function writtenTo(script: string, target: string): string | undefined {
  const place = `"?${target.replaceAll(/[.$/]/g, "\\$&")}"?`;
  const [, encoded] =
    new RegExp(`echo "([\\w+/=]+)" \\| (?:sudo )?base64 (?:-d|--decode) > ${place}$`, "m").exec(script) ?? [];
  if (encoded !== undefined) return Buffer.from(encoded, "base64").toString("utf8");
  const [, , text] = new RegExp(`cat > ${place} <<-? ?['"]?(\\w+)['"]?\\n([\\s\\S]*?)^\\1$`, "m").exec(script) ?? [];
  return text;
}

/** Value of `NAME='value'` at the beginning of a line, as the shell reads it; undefined: the script sets no such variable. */
export function variable(script: string, name: string): string | undefined {
  const found = new RegExp(`^${name}='(?<text>(?:[^']|'\\\\'')*)'$`, "m").exec(script);
  return found?.groups?.["text"]?.replaceAll("'\\''", "'");
}

/** Throws InstallError. */
export function parseObject(text: string, file: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (isObject(parsed)) return parsed;
  } catch {
    // Said below, as for any other thing that is no object.
  }
  throw new InstallError(`Error parsing config file: ${file} is not a JSON object`);
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** When the licence among the secrets that a node's script names expires, as its text says; undefined: it does not. */
export function licenceExpiry(state: RegionState, instance: Instance): string | undefined {
  const script = scriptOf(instance);
  const named = Object.entries(state.secrets).filter(([arn]) => script.includes(arn));
  return named.map(([, text]) => expiryIn(text)).find(Boolean);
}

/** The lab's licence is a text that says when it expires. */
export const expiryIn = (licence: string): string | undefined =>
  /licence, expires (?<at>\S+)/.exec(licence)?.groups?.["at"];
