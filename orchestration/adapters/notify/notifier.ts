import { randomUUID } from "node:crypto";
import { fold, type JournalEntry } from "../../domain/journal";
import { noticeMemory, noticeOf, type Notice, type NoticeDraft, withOutage } from "../../domain/notice";
import { beginning, oneLine, printableWithin } from "../../domain/text/printable";
import { measureOutage, type OutageReport } from "../../domain/outage";
import type { Reporter } from "../../ports/reporter";
import { redact } from "../machine/redact";
import type { Channel } from "./channel";
import { DELIVERY_LIMITS, deliveryQueue, type DeliveryLimits } from "./queue";

export interface NotifierOptions {
  readonly stack: string;
  readonly channels: readonly Channel[];
  /** Unattended: a run that could not start is reported as well. */
  readonly unattended: boolean;
  /** Entries of a run's journal, for the outage that other processes may have seen begin. */
  readonly journal: (runId: string) => Promise<readonly JournalEntry[]>;
  /** Time of the run's clock, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Called with each reason why notices do not arrive, once. */
  readonly problem: (line: string) => void;
  /** Its secrets are taken out of every notice, should a tool have quoted one. */
  readonly env: NodeJS.ProcessEnv;
  readonly limits?: DeliveryLimits;
}

export interface Notifier {
  /** Wraps a reporter so that events also become notices. The reporter comes first and never waits. */
  behind(reporter: Reporter): Reporter;
  /** Delivers what still waits, for `withinMs` real milliseconds at most. */
  close(withinMs?: number): Promise<void>;
}

const FLUSH_MS = 10_000;

/** Sends notices about a run. A notice that fails does not fail the run. */
export function notifier(options: NotifierOptions): Notifier {
  const told = new Set<string>();
  const problem = (line: string): void => {
    if (!told.has(line)) options.problem(line);
    told.add(line);
  };
  const queues = options.channels.map((channel) => deliveryQueue(channel, problem, options.limits ?? DELIVERY_LIMITS));
  let memory = noticeMemory(options.stack, options.unattended);
  let composing: Promise<void> = Promise.resolve();

  async function compose(found: NoticeDraft, at: number): Promise<void> {
    const draft = withOutage(found, await outageOf(found, at));
    const said: Notice = { schema: 1, stack: options.stack, at: new Date(at).toISOString(), ...draft };
    const notice = printableWithin(said, (text) => oneLine(beginning(redact(text, options.env), 1_000)));
    for (const queue of queues) queue.add({ id: randomUUID(), notice });
  }

  async function outageOf({ kind, runId }: NoticeDraft, at: number): Promise<OutageReport | undefined> {
    if (kind !== "first-node-healthy" || runId === null) return undefined;
    try {
      const entries = await options.journal(runId);
      return measureOutage(fold(entries.filter((entry) => entry.at <= at)), at);
    } catch {
      return undefined;
    }
  }

  return {
    behind: (reporter) => ({
      emit(event) {
        reporter.emit(event);
        if (queues.length === 0) return;
        const [next, draft] = noticeOf(memory, event);
        memory = next;
        const at = options.now();
        if (draft) composing = composing.then(() => compose(draft, at));
      },
    }),
    async close(withinMs = FLUSH_MS) {
      await Promise.race([composing, new Promise((resolve) => setTimeout(resolve, withinMs).unref())]);
      await Promise.all(queues.map((queue) => queue.close(withinMs)));
      for (const channel of options.channels) channel.close?.();
    },
  };
}
