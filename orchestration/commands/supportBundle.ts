import { answer } from "../adapters/reporters/schema/answers";
import { packArchive, requireFolder, type Archive } from "../wiring/machine";
import { makeBundles, type Bundles } from "../operations/supportBundle";
import type { Target } from "../wiring/target";
import { onTarget } from "./parts/onTarget";
import type { Io, StackOptions } from "./io";
import { onStack } from "./options";
import { examples, type Verb } from "./parts/verb";

export interface SupportBundleOptions extends StackOptions {
  /** Folder for one archive of all bundles. */
  readonly download?: string;
}

/** `support-bundle`: one of every node, under one JobID. 0: all are there; 1: one is missing. */
export async function supportBundleCommand(options: SupportBundleOptions, io: Io): Promise<number> {
  return onTarget(options, io, async (target) => {
    const { download: dir } = options;
    // Making them takes minutes: what stands against the archive is said before.
    if (dir !== undefined) await requireFolder(dir);
    const { ports, objects, bucket } = target;
    const made = await makeBundles({ ports, objects, bucket, signal: io.signal, note: (text) => io.err(text) });
    const archive = dir === undefined ? undefined : await pack(target, made, dir);
    tell(made, archive, options, io);
    return 0;
  });
}

/** `20201110T020305Z`: the JobID without what file systems, or tar, do not take as part of a name. */
const plainJob = (jobId: string): string => jobId.replaceAll(/\W/g, "");

const pack = ({ objects }: Target, { bucket, bundles, jobId }: Bundles, dir: string): Promise<Archive> => {
  const name = `support-bundles-${plainJob(jobId)}`;
  const members = bundles.map((bundle) => ({ ...bundle, path: `${name}/${bundle.instanceId}.tar.gz` }));
  return packArchive({ objects, bucket, members, dir, name: `${name}.tar` });
};

function tell({ bucket, jobId, bundles }: Bundles, archive: Archive | undefined, options: StackOptions, io: Io): void {
  if (options.json === true) {
    io.out(JSON.stringify(answer("support-bundle", { jobId, bucket, bundles, archive: archive ?? null })));
    return;
  }
  io.out(`support bundles ${jobId} in s3://${bucket}:`);
  for (const { instanceId, key, bytes } of bundles) io.out(`  ${instanceId}  ${key}  ${bytes} bytes`);
  if (!archive) return;
  io.out(`packed into ${archive.file} (${archive.bytes} bytes), with SHA256SUMS:`);
  for (const { path, sha256 } of archive.sums) io.out(`  ${sha256}  ${path}`);
}

export const supportBundleVerb: Verb = {
  name: "support-bundle",
  acts: false,
  register({ io, verb, exit }) {
    onStack(verb("Create a support bundle of every node, and check that each is in the bucket."))
      .option("--download <dir>", "also download the bundles into one archive in this folder, with checksums")
      .addHelpText(
        "after",
        examples(
          "npm run support-bundle -- --stack production",
          "npm run support-bundle -- --download /tmp/bundles --stack production",
        ),
      )
      .action(async (options: SupportBundleOptions) => exit(await supportBundleCommand(options, io)));
  },
};
