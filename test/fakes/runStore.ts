import type { BuildRecord, LeaseRecord } from "../../infra/contract";
import { describeLease, newLease } from "../../orchestration/adapters/runStore/runRecords";
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
  let build: BuildRecord | undefined;
  return {
    files,
    concerns: () => Promise.resolve([]),
    makeSureOfRoom: () => Promise.resolve(),
    create: (run) => {
      if (journals.has(run.runId)) return refuse("JOURNAL_UNWRITABLE", `${run.runId} is there already`);
      runs.push(run);
      journals.set(run.runId, []);
      return Promise.resolve();
    },
    list: () => Promise.resolve([...runs].sort((a, b) => a.createdAt - b.createdAt)),
    unreadable: () => Promise.resolve([]),
    setAside: (id) => `mv ${id} .${id}`,
    journal: (id) => Promise.resolve((journals.get(id) ?? []).map((line) => JSON.parse(line) as JournalEntry)),
    append: (id, entry) => {
      const lines = journals.get(id);
      if (!lines) return refuse("JOURNAL_UNWRITABLE", `there is no run ${id}`);
      lines.push(JSON.stringify(entry));
      return Promise.resolve();
    },
    save: (id, name, content) => {
      files.set(`${id}/${name}`, content);
      return Promise.resolve(`memory:${id}/${name}`);
    },
    acquire: (request) => {
      if (lease && lease.expiresAt >= request.now) return refuse("LEASE_HELD", describeLease(lease));
      token += 1;
      lease = { ...newLease(request), token };
      return Promise.resolve(lease);
    },
    renew: (held, { now, ttlMs, ...reached }) => {
      if (lease?.token !== held.token) {
        return refuse("LEASE_LOST", lease ? describeLease(lease) : `the lease of run ${held.runId} is gone`);
      }
      lease = { ...lease, renewedAt: now, expiresAt: now + ttlMs, ...reached };
      return Promise.resolve(lease);
    },
    release: (held) => {
      if (lease?.token === held.token) lease = undefined;
      return Promise.resolve();
    },
    lease: () => Promise.resolve(lease),
    build: () => Promise.resolve(build),
    recordBuild: (record) => {
      if (build && build.number >= record.number) {
        return refuse("LEASE_LOST", `run ${build.runId} recorded build ${build.number} of the stack meanwhile`);
      }
      build = record;
      return Promise.resolve();
    },
  };
}

const refuse = (code: "JOURNAL_UNWRITABLE" | "LEASE_HELD" | "LEASE_LOST", detail: string): Promise<never> =>
  Promise.reject(new RepaveError(code, detail));
