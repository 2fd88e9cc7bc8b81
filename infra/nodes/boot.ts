/** What the first boot of a node has in common, whichever way the application is packaged. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";

/** EC2's limit on user data, before base64. */
export const USER_DATA_LIMIT = 16_384;

const text = (name: string): string => readFileSync(path.join(__dirname, name), "utf8");

/**
 * Functions of the shell that fetch secrets and files, and a log that holds none of them; and the two halves of a build, with what
 * joins them.
 */
export const BOOT = `${text("boot.sh")}\n${text("halves.sh")}`;

const DIGESTS = text("digests.sh");

/** A file that a node downloads at boot. */
export interface Source {
  readonly url: string;
  /** Key of the stack's configuration that holds the digest. */
  readonly digestKey: string;
  /** In hexadecimal. */
  readonly sha256: string | undefined;
}

/** Makes `fetch` compare with the digests that are known. Nothing where none is: the bytes of such a build stay what they were. */
export function digestCheck(sources: readonly Source[]): string {
  const known = sources.flatMap(({ url, sha256 }) => (sha256 === undefined ? [] : [`[${word(url)}]=${word(sha256)}`]));
  return known.length === 0 ? "" : `\ndeclare -A SHA256_OF=(${known.join(" ")})\n${DIGESTS}`;
}

/** The script as a launch template carries it: gzip, then base64. The same text gives the same bytes on any machine. */
export function encodeUserData(script: string): string {
  const zipped = gzipSync(script, { level: 9 });
  // Node writes no time of day, but byte 9 names the operating system, and another operator's laptop is no change of the build.
  zipped[9] = 255;
  if (zipped.length > USER_DATA_LIMIT) {
    throw new Error(
      `User data is ${zipped.length} bytes after compression; EC2 takes ${USER_DATA_LIMIT}. ` +
        "Move long values of tfe:appConfig or tfe:environment into the settings secret.",
    );
  }
  return zipped.toString("base64");
}

/** Hosts that are reached without the proxy: the instance's own services never go through it. */
export function noProxyList(host: string, more: readonly string[]): string {
  return ["localhost", "127.0.0.1", "169.254.169.254", host, ...more].join(",");
}

/** One word of the shell, whatever is in it. */
export function word(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A shell function that prints JSON. JSON keeps every line break inside a string escaped, so no value can end the heredoc. */
export function printer(name: string, delimiter: string, content: unknown): string {
  return `${name}() {\ncat <<'${delimiter}'\n${JSON.stringify(content, null, 2)}\n${delimiter}\n}`;
}
