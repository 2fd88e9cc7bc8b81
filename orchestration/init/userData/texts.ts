import { gunzipSync } from "node:zlib";

/** Most that is unpacked of a text, in bytes: user data has 16 kB packed, and nobody's script has megabytes. */
const LIMIT = 4 * 1024 * 1024;

/**
 * The texts in user data as a launch template carries it: the whole, and below it what it carries in base64 (documents, `write_files` of
 * cloud-config, parts of MIME), each unpacked where it is packed. What is no text is left out. They may hold secrets.
 */
export function textsIn(userData: string): readonly string[] {
  const whole = unpacked(Buffer.from(userData, "base64"));
  return whole === undefined ? [] : [whole, ...withinText(whole, 2)];
}

/** Longer runs of the alphabet of base64, over lines too; shorter ones are words. */
const ENCODED = /[A-Za-z0-9+/]{40,}(?:\r?\n[ \t]*[A-Za-z0-9+/]{4,})*={0,2}/g;

function withinText(text: string, depth: number): readonly string[] {
  if (depth === 0) return [];
  return [...text.matchAll(ENCODED)].flatMap(([encoded]) => {
    const inner = unpacked(Buffer.from(encoded, "base64"));
    return inner === undefined ? [] : [inner, ...withinText(inner, depth - 1)];
  });
}

/** Undefined: it is no text. */
function unpacked(bytes: Buffer): string | undefined {
  const text = isPacked(bytes) ? gunzipped(bytes) : bytes.toString("utf8");
  return text !== undefined && isText(text) ? text : undefined;
}

const isPacked = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

function gunzipped(bytes: Buffer): string | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: LIMIT }).toString("utf8");
  } catch {
    return undefined;
  }
}

/** What was not meant as base64 comes out with control characters, or with bytes that are no UTF-8. */
const isText = (text: string): boolean => text !== "" && !/[\u0000-\u0008\u000e-\u001f\ufffd]/.test(text);
