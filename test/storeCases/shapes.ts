import "../support/quietSdk";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { fileRunStore } from "../../orchestration/adapters/runStore/fileRunStore";
import { s3RunStore } from "../../orchestration/adapters/runStore/s3RunStore";
import type { RunStore } from "../../orchestration/ports/runStore";

/** A store whose files can be read and written past it, as anyone can who has the permission. */
export interface Shape {
  /** As one process opens it: runs, and the journals of operations. */
  open(): { readonly store: RunStore; readonly journals: RunStore };
  names(): readonly string[];
  read(name: string): string;
  write(name: string, content: string): void;
  remove(name: string): void;
  clear(): void;
  close(): void;
}

/** In memory where the system has such a folder: a hundred thousand cases write a hundred files each. */
const MEMORY = "/dev/shm";
const ROOT = ((): string => {
  try {
    return statSync(MEMORY).isDirectory() ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
})();

/** Whether there is room is asked in each case, with this much of what is needed: no case is about a full disk. */
const ROOM_BYTES = 4_096;

export function folderShape(): Shape {
  const base = mkdtempSync(join(ROOT, "store-cases-"));
  const dir = join(base, "test");
  const names = (): readonly string[] =>
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
      .sort();
  mkdirSync(dir, { mode: 0o700 });
  const opened = (folder: string): RunStore => {
    const store = fileRunStore({ dir: folder });
    return { ...store, makeSureOfRoom: (bytes) => store.makeSureOfRoom(Math.min(bytes, ROOM_BYTES)) };
  };
  return {
    open: () => ({ store: opened(dir), journals: opened(join(dir, "operations")) }),
    names,
    read: (name) => readFileSync(join(dir, name), "latin1"),
    write(name, content) {
      mkdirSync(dirname(join(dir, name)), { recursive: true });
      writeFileSync(join(dir, name), content, "latin1");
    },
    remove: (name) => rmSync(join(dir, name), { force: true }),
    clear() {
      rmSync(dir, { recursive: true, force: true });
      mkdirSync(dir, { mode: 0o700 });
    },
    close: () => rmSync(base, { recursive: true, force: true }),
  };
}

const refused = (name: string, httpStatusCode: number): Error =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });

interface Input {
  readonly Key?: string;
  readonly Body?: string;
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
  readonly Prefix?: string;
  readonly Delimiter?: string;
}

/** The real client's place, with objects in memory: conditional writes as S3 makes them. */
export function bucketShape(): Shape {
  const objects = new Map<string, { body: string; etag: string }>();
  let writes = 0;
  const put = (key: string, body: string): { ETag: string } => {
    const etag = `"${(writes += 1)}"`;
    objects.set(key, { body, etag });
    return { ETag: etag };
  };
  const answers: Readonly<Record<string, (input: Input & { readonly Key: string }) => object>> = {
    GetObjectCommand({ Key }) {
      const found = objects.get(Key);
      if (!found) throw refused("NoSuchKey", 404);
      return { Body: [Buffer.from(found.body, "latin1")], ETag: found.etag };
    },
    PutObjectCommand({ Key, Body = "", IfMatch, IfNoneMatch }) {
      const found = objects.get(Key);
      if (IfNoneMatch === "*" && found) throw refused("PreconditionFailed", 412);
      if (IfMatch !== undefined && found?.etag !== IfMatch) throw refused("PreconditionFailed", 412);
      return put(Key, Buffer.from(Body, "utf8").toString("latin1"));
    },
    DeleteObjectCommand({ Key, IfMatch }) {
      if (IfMatch !== undefined && objects.get(Key)?.etag !== IfMatch) throw refused("PreconditionFailed", 412);
      objects.delete(Key);
      return {};
    },
    ListObjectsV2Command({ Prefix = "", Delimiter }) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(Prefix)).sort();
      if (Delimiter === undefined) return { Contents: keys.map((Key) => ({ Key })) };
      const below = keys.filter((key) => key.includes(Delimiter, Prefix.length));
      const folders = new Set(below.map((key) => key.slice(0, key.indexOf(Delimiter, Prefix.length) + 1)));
      return { CommonPrefixes: [...folders].map((each) => ({ Prefix: each })) };
    },
  };
  // The SDK's paginators ask for an instance of its class.
  const client = Object.assign(Object.create(S3Client.prototype) as S3Client, {
    send: (command: { readonly input: Input & { readonly Key: string } }) =>
      new Promise((resolve) => resolve({ $metadata: {}, ...answers[command.constructor.name]?.(command.input) })),
  });
  const at = { client, bucket: "runs" };
  return {
    open: () => ({
      store: s3RunStore({ ...at, prefix: "", stack: "test" }),
      journals: s3RunStore({ ...at, prefix: "test", stack: "operations" }),
    }),
    names: () => [...objects.keys()].map((key) => key.slice("test/".length)).sort(),
    read: (name) => objects.get(`test/${name}`)?.body ?? "",
    write: (name, content) => void put(`test/${name}`, content),
    remove: (name) => void objects.delete(`test/${name}`),
    clear: () => objects.clear(),
    close: () => objects.clear(),
  };
}
