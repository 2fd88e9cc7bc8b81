import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { utils } from "ssh2";

export interface KeyPair {
  /** PEM in OpenSSH's own format. */
  readonly private: string;
  /** One line, as in authorized_keys. */
  readonly public: string;
}

export interface UserKey extends KeyPair {
  readonly file: string;
}

/** A new ed25519 pair. One in some two hundred that ssh2 makes cannot be read, since it takes zeros off their front: then another. */
export function newKeyPair(comment: string): KeyPair {
  for (;;) {
    const pair = utils.generateKeyPairSync("ed25519", { comment });
    if ([pair.private, pair.public].every((key) => !(utils.parseKey(key) instanceof Error))) return pair;
  }
}

/** The operator's key for the lab's nodes, kept in `<dir>/ssh`; made where there is none. */
export const ensureUserKey = (dir: string): Promise<UserKey> => ensureKey(join(dir, "ssh"), "id_ed25519", "tfe-lab");

/** The key of a node's sshd: the machine keeps it when the lab is started again. */
export const ensureHostKey = (dir: string, instanceId: string): Promise<UserKey> =>
  ensureKey(join(dir, "ssh", "hosts"), instanceId, instanceId);

async function ensureKey(folder: string, name: string, comment: string): Promise<UserKey> {
  const file = join(folder, name);
  const kept = await Promise.all([readFile(file, "utf8"), readFile(`${file}.pub`, "utf8")]).catch(() => undefined);
  if (kept) return { private: kept[0], public: kept[1].trim(), file };
  const pair = newKeyPair(comment);
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${pair.private.trimEnd()}\n`, { mode: 0o600 });
  await writeFile(`${file}.pub`, `${pair.public}\n`);
  return { ...pair, file };
}
