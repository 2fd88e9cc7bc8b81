import { gunzipSync } from "node:zlib";
import type { Instance } from "../model";

/** The script that the instance was launched with: base64, gzipped or not. */
export const scriptOf = (instance: Instance): string => scriptIn(instance.userData);

/** The same as a launch template carries it. */
export function scriptIn(userData: string): string {
  const bytes = Buffer.from(userData, "base64");
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("utf8");
}
