import { lines } from "../../domain/text/text";

/** Public host keys (`ssh-ed25519 AAAA…`) that a machine printed; `contradictory` where it printed different ones at different times. */
export type PrintedKeys = readonly string[] | "contradictory";

const BEGIN = "-----BEGIN SSH HOST KEY KEYS-----";
const END = "-----END SSH HOST KEY KEYS-----";

/** The line may begin with what the system's logger puts before it. */
const KEY = /(?:^|\s)((ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) ([A-Za-z0-9+/]{40,2000}={0,2}))(?=\s|$)/;

/** EC2 keeps 64 KB of a console. */
const MOST_CHARACTERS = 256 * 1024;
const LONGEST_LINE = 4_000;

/**
 * Reads the host keys from a machine's console output. cloud-init prints them at the end of the first boot, by its
 * `write-ssh-key-fingerprints`. A key that the kernel's messages cut in two is left out. Anything that is printed on the console could
 * be such a block, so blocks that are not the same are not believed.
 */
export function printedKeys(output: string): PrintedKeys {
  const blocks: string[][] = [];
  let block: string[] | undefined;
  for (const line of lines(output.slice(-MOST_CHARACTERS))) {
    if (line.includes(BEGIN)) block = [];
    else if (line.includes(END)) {
      if (block !== undefined && block.length > 0) blocks.push([...new Set(block)].sort());
      block = undefined;
    } else block?.push(...keyIn(line));
  }
  const [first = [], ...others] = blocks;
  return others.every((each) => each.join("\n") === first.join("\n")) ? first : "contradictory";
}

function keyIn(line: string): readonly string[] {
  const [, key, type = "", blob = ""] = (line.length <= LONGEST_LINE && KEY.exec(line)) || [];
  return key !== undefined && isWhole(type, Buffer.from(blob, "base64")) ? [key] : [];
}

/** Fields with their length before each, the type first, and nothing left over (RFC 4253, section 6.6). */
function isWhole(type: string, blob: Buffer): boolean {
  let at = 0;
  let fields = 0;
  while (at + 4 <= blob.length) {
    const end = at + 4 + blob.readUInt32BE(at);
    if (fields === 0 && blob.toString("latin1", 4, end) !== type) return false;
    at = end;
    fields += 1;
  }
  return at === blob.length && fields > 1;
}
