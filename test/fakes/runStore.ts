import type { LeaseRecord } from "../../infra/contract";
import { RepaveError } from "../../orchestration/domain/errors";
import type { JournalEntry } from "../../orchestration/domain/journal";
import type { RunRecord, RunStore } from "../../orchestration/ports/runStore";

/** Runs in memory, with the promises of the port. */
export function memoryRunStore(): RunStore & { readonly files: Map<string, string> } {
  const runs: RunRecord[] = [];
  const journals = new Map<string, string[]>();
  const files = new Map<string, string>();
  let lease: LeaseRecord | undefined;
  let token = 0;
  return {
    files,
    create: (run) => {
      runs.push(run);
      journals.set(run.runId, []);
      return Promise.resolve();
    },
    list: () => Promise.resolve([...runs]),
    journal: (id) => Promise.resolve((journals.get(id) ?? []).map((line) => JSON.parse(line) as JournalEntry)),
    append: (id, entry) => {
      journals.get(id)?.push(JSON.stringify(entry));
      return Promise.resolve();
    },
    save: (id, name, content) => {
      files.set(`${id}/${name}`, content);
      return Promise.resolve(`memory:${id}/${name}`);
    },
    acquire: ({ runId, holder, now, ttlMs }) => {
      if (lease && lease.expiresAt >= now) return Promise.reject(new RepaveError("LEASE_HELD", lease.holder));
      token += 1;
      lease = { schema: 1, token, runId, holder, acquiredAt: now, renewedAt: now, expiresAt: now + ttlMs };
      return Promise.resolve(lease);
    },
    renew: (held, { now, ttlMs, step }) => {
      if (lease?.token !== held.token) return Promise.reject(new RepaveError("LEASE_LOST", held.runId));
      lease = { ...lease, renewedAt: now, expiresAt: now + ttlMs, ...(step === undefined ? {} : { step }) };
      return Promise.resolve(lease);
    },
    release: (held) => {
      if (lease?.token === held.token) lease = undefined;
      return Promise.resolve();
    },
    lease: () => Promise.resolve(lease),
  };
}
