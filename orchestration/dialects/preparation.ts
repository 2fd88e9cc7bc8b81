/** Asking a node that is built ahead how far it has come, and telling it to start: the same for every dialect. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { START_UNIT } from "../../infra/contract";
import type { Preparation } from "../domain/ahead/preparation";
import type { Release } from "../domain/release";
import { isRecord, jsonDocument } from "../domain/text/text";
import type { NodeAddress } from "../ports/nodeShell";
import { type Asker, whenOk } from "./asking";

export const PREPARED_SCRIPT = readFileSync(join(__dirname, "prepared.sh"), "utf8");

const ASK = ["sh", "-c", PREPARED_SCRIPT, "prepared"] as const;

/** `--no-block`: the unit ends when the second half has, minutes later. */
const START = ["systemctl", "start", "--no-block", START_UNIT] as const;

export interface Preparing {
  preparation(node: NodeAddress): Promise<Preparation>;
  startPrepared(node: NodeAddress): Promise<void>;
}

/** `releaseOf`: the release by the word that the stack has for it; undefined where the word is none. */
export const preparing = ({ read, act }: Asker, releaseOf: (word: string) => Release | undefined): Preparing => ({
  preparation: (node) =>
    read(
      node,
      ASK,
      whenOk((stdout) => parsePreparation(stdout, releaseOf)),
    ),
  async startPrepared(node) {
    await act(node, START);
  },
});

/** Undefined where the answer cannot be understood. */
export function parsePreparation(
  raw: string,
  releaseOf: (word: string) => Release | undefined,
): Preparation | undefined {
  return jsonDocument(raw, (document) => {
    if (!isRecord(document)) return undefined;
    const { phase, why, release, image, missing, diskFree } = document;
    if (phase === "preparing") return { phase };
    if (phase === "failed") return typeof why === "string" ? { phase, why } : undefined;
    if (phase !== "prepared" && phase !== "started") return undefined;
    if (typeof release !== "string" || typeof image !== "string" || typeof diskFree !== "number") return undefined;
    if (!Array.isArray(missing) || !missing.every((file) => typeof file === "string")) return undefined;
    return {
      phase,
      release: release === "" ? undefined : releaseOf(release),
      digest: /sha256:[0-9a-f]+$/.exec(image)?.[0],
      missing,
      diskFree,
    };
  });
}
