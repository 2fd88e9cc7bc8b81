import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type * as tar from "tar";
import { lazily } from "../../machine/lazy";
import type { Machine } from "./cache";
import { DOWNLOAD_VERSION, DIGESTS } from "./version";

/** The vendor's host of release archives. */
export const DOWNLOAD_HOST = "get.pulumi.com";

const REACH_TIMEOUT_MS = 4_000;
const INSTALL_TIMEOUT_MS = 10 * 60_000;

export interface Download {
  /** Why nothing may be downloaded here. Undefined: it may. */
  readonly refused?: string | undefined;
  /** Whether the download is worth trying. Answers within seconds, so that a blocked host costs no time. */
  readonly reachable: () => Promise<boolean>;
  /** Installs the pinned engine into an empty folder. Rejects when that fails or takes too long. */
  readonly install: (root: string) => Promise<void>;
}

export interface Archive {
  readonly url: string;
  readonly sha256: string;
}

/** The release archive of the vendor for this machine. It is not unpacked unless its digest is the one that is written down here. */
export function vendorDownload({ platform, arch }: Pick<Machine, "platform" | "arch">): Download {
  const kind = `${platform}-${arch}`;
  const sha256 = DIGESTS[kind];
  if (sha256 === undefined) {
    const refused = `no digest of ${DOWNLOAD_VERSION} for ${kind} is known, so it is not downloaded`;
    return { refused, reachable: () => Promise.resolve(false), install: () => Promise.reject(new Error(refused)) };
  }
  const url = `https://${DOWNLOAD_HOST}/releases/sdk/pulumi-v${DOWNLOAD_VERSION}-${kind}.tar.gz`;
  return { reachable: () => answers(url, REACH_TIMEOUT_MS), install: (root) => installArchive({ url, sha256 }, root) };
}

/** Fetches the archive, compares its digest, and only then unpacks it into `<root>/bin`. */
export async function installArchive({ url, sha256 }: Archive, root: string): Promise<void> {
  const file = join(root, "archive.tar.gz");
  const response = await fetch(url, { signal: AbortSignal.timeout(INSTALL_TIMEOUT_MS) });
  if (!response.ok || response.body === null) throw new Error(`${url} answered ${response.status}`);
  try {
    await pipeline(Readable.fromWeb(response.body), createWriteStream(file, { mode: 0o600 }));
    const hash = createHash("sha256");
    await pipeline(createReadStream(file), hash);
    const actual = hash.digest("hex");
    if (actual !== sha256)
      throw new Error(`${url} has the SHA-256 ${actual} instead of ${sha256}: it was not unpacked`);
    const bin = join(root, "bin");
    await mkdir(bin);
    const { extract } = lazily("tar") as typeof tar;
    await extract({ file, cwd: bin, strip: 1 });
  } finally {
    await rm(file, { force: true });
  }
}

/** Whether there is something at the address, asked without fetching it; no answer within `ms` is a no. */
export async function answers(url: string, ms: number): Promise<boolean> {
  try {
    const answer = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(ms) });
    return answer.ok;
  } catch {
    return false;
  }
}
