import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { isMissing } from "../machine/files";

/** What the process that asks is: its user, and the groups that it belongs to. */
export interface Self {
  readonly uid: number;
  readonly gids: readonly number[];
}

const thisProcess = (): Self | undefined =>
  process.getuid && process.getgroups && process.getgid
    ? { uid: process.getuid(), gids: [...process.getgroups(), process.getgid()] }
    : undefined;

/** Returns why others than the operators may change what is in a stack's folder of runs, or in the store around it. */
export async function folderConcerns(dir: string, self = thisProcess()): Promise<readonly string[]> {
  const concerns = await Promise.all([dirname(dir), dir].map((folder) => concernsOf(folder, self)));
  return concerns.flat();
}

async function concernsOf(folder: string, self: Self | undefined): Promise<readonly string[]> {
  const found = await stat(folder).catch((thrown: unknown) => {
    if (isMissing(thrown)) return undefined;
    throw thrown;
  });
  // It is made with the first run, for its owner alone.
  if (!found || !self) return [];
  const { mode, uid, gid } = found;
  const isOurs = [self.uid, 0].includes(uid) || self.gids.includes(gid);
  return [
    ...(isOurs ? [] : [`${folder} belongs to user ${uid} and group ${gid}, and to neither of yours`]),
    // Where it is sticky, as /tmp is, nobody can take away or replace what others have there.
    ...((mode & 0o1002) !== 0o002 ? [] : [`every user of this machine may write to ${folder}`]),
  ];
}
