import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { RepaveError } from "../../domain/errors";
import type { Clock } from "../../ports/clock";
import type { NodeAddress } from "../../ports/nodeShell";
import { below, replaceFile } from "../machine/files";
import { printedKeys } from "./consoleKeys";

/** Where the keys of hosts come from that the OpenSSH client's own configuration does not know. */
export interface HostKeys {
  /**
   * Returns a known_hosts file with the node's keys, under its instance id. Throws `NODE_UNREACHABLE` where they are not known, or not
   * yet; and whatever reading the console throws.
   */
  knownHostsOf(node: NodeAddress): Promise<string>;
  /** The same file, if the keys have been learned on this machine. */
  learnedOf(node: NodeAddress): string | undefined;
}

export interface ConsoleHostKeysOptions {
  /** Console output of an instance: what EC2 kept of its boot, or the latest. "" where there is none. */
  readonly consoleOutput: (instanceId: string, which: "boot" | "latest") => Promise<string>;
  /** Folder of what was learned, a file for each instance. EC2 may forget a console after an hour. */
  readonly folder: string;
  readonly clock: Clock;
}

/** How soon a console that showed no keys is read again. */
const AGAIN_MS = 10_000;

/** Learns host keys from the machine's console output, which AWS vouches for. */
export function consoleHostKeys({ consoleOutput, folder, clock }: ConsoleHostKeysOptions): HostKeys {
  const missing = new Map<string, { readonly until: number; readonly error: RepaveError }>();
  const learning = new Map<string, Promise<string>>();

  /** An instance's id becomes a name of a host and of a file. */
  function fileOf(instanceId: string): string {
    if (!/^i-[0-9a-z]+$/.test(instanceId)) throw new RepaveError("NODE_UNREACHABLE", `${instanceId} is no instance id`);
    return below(folder, instanceId);
  }

  function learnedOf({ instanceId }: NodeAddress): string | undefined {
    const file = fileOf(instanceId);
    return existsSync(file) ? file : undefined;
  }

  async function learn(node: NodeAddress): Promise<string> {
    const learned = learnedOf(node);
    if (learned !== undefined) return learned;
    const { instanceId } = node;
    const known = missing.get(instanceId);
    if (known !== undefined && clock.monotonic() < known.until) throw known.error;
    const keys = await keysOf(instanceId);
    if (typeof keys === "string") {
      const error = new RepaveError("NODE_UNREACHABLE", `${instanceId}: ${keys} ${remedy(instanceId)}`);
      missing.set(instanceId, { until: clock.monotonic() + AGAIN_MS, error });
      throw error;
    }
    const file = fileOf(instanceId);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await replaceFile(file, keys.map((key) => `${instanceId} ${key}\n`).join(""), 0o600);
    return file;
  }

  /** The keys; or why there are none. */
  async function keysOf(instanceId: string): Promise<readonly string[] | string> {
    for (const which of ["boot", "latest"] as const) {
      const keys = printedKeys(await consoleOutput(instanceId, which));
      if (keys === "contradictory") return CONTRADICTORY;
      if (keys.length > 0) return keys;
    }
    return NONE;
  }

  return {
    learnedOf,
    knownHostsOf(node) {
      const known = learning.get(node.instanceId);
      if (known !== undefined) return known;
      const asked = learn(node).finally(() => learning.delete(node.instanceId));
      learning.set(node.instanceId, asked);
      return asked;
    },
  };
}

const NONE =
  "known_hosts does not have its host key, and its console output shows none (yet). cloud-init prints it at the end of the first boot, and EC2 may show it some minutes later.";

const CONTRADICTORY =
  "known_hosts does not have its host key, and its console output shows different keys at different times, so none of them is believed.";

const remedy = (instanceId: string): string =>
  `If that does not change: verify the key by other means and add it to known_hosts under the name ${instanceId}, have the keys of your nodes signed (\`@cert-authority\`), or set tfe:sshHostKeys to config to let your OpenSSH configuration decide`;

/** The client's option for a known_hosts file. It reads a list of names there, in which quotes hold blanks and `%` begins a token. */
export const knownHostsOption = (file: string): string =>
  `UserKnownHostsFile="${file.replaceAll("%", "%%").replace(/["\\]/g, "\\$&")}"`;
