import { isNativeError } from "node:util/types";
import { RepaveError } from "../../../domain/errors";
import { DOWNLOAD_HOST } from "./download";
import { GO_MINIMUM } from "./goBuild";
import { MINIMUM_VERSION } from "./version";

/** Why each way did not lead to an engine; undefined: it was not tried. */
export interface Obstacles {
  path?: string;
  download?: string;
  go?: string;
  /** What came between that is none of the three: a cache that cannot be written, a wait that took too long. */
  other?: string;
}

/** The error that names all three ways out, and beside each what stood in the way. */
export function engineMissing(obstacles: Obstacles, cause: unknown): RepaveError {
  const lines = [
    ...(obstacles.other === undefined ? [] : [obstacles.other]),
    "do one of these:",
    `- put pulumi ${MINIMUM_VERSION} or newer on PATH: ${obstacles.path ?? "not tried"}`,
    `- allow the download from ${DOWNLOAD_HOST}: ${obstacles.download ?? "not tried"}`,
    `- install Go ${GO_MINIMUM} or newer, which builds it from pinned modules: ${obstacles.go ?? "not tried"}`,
  ];
  return new RepaveError("ENGINE_MISSING", lines.join("\n"), { cause });
}

export function messageOf(thrown: unknown): string {
  return isNativeError(thrown) ? thrown.message : String(thrown);
}
