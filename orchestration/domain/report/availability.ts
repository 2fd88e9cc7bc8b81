import type { JournalEntry, RunState } from "../journal";
import type { Span } from "../outage";
import { extent, of } from "./attempts";

/** `unknown`: not asked. */
export type Answer = "answered" | "unanswered" | "unknown";

export interface AnswerSpan extends Span {
  readonly answer: Answer;
}

export interface Availability {
  /** Without a gap, from the first question to the last; to the second. */
  readonly spans: readonly AnswerSpan[];
  /** Questions asked, and how many were not answered; undefined where the journal does not say. */
  readonly asked: number | undefined;
  readonly unanswered: number | undefined;
}

/** When the service was watched: an older journal says only what it saw, so there a process is taken to have watched all along. */
function watches(attempts: readonly (readonly JournalEntry[])[], isOpen: boolean, asOf: number): readonly Span[] {
  return attempts.flatMap((entries, index) => {
    const [began] = of(entries, "watch.began");
    const [ended] = of(entries, "watch.ended");
    const { from, to } = extent(entries);
    const until = ended?.at ?? (isOpen && index === attempts.length - 1 ? Math.max(asOf, to) : to);
    return entries.length === 0 ? [] : [{ from: began?.at ?? from, to: until }];
  });
}

/** The service second by second, from the changes that the journal has. */
export function availability(
  attempts: readonly (readonly JournalEntry[])[],
  state: RunState,
  { isOpen, asOf }: { readonly isOpen: boolean; readonly asOf: number },
): Availability {
  const watched = watches(attempts, isOpen, asOf);
  const last = watched.at(-1)?.to ?? asOf;
  const down: Span[] = [...state.outages];
  if (state.outageSince !== undefined) down.push({ from: state.outageSince, to: Math.max(last, state.outageSince) });
  const marks = [...watched, ...down].flatMap(({ from, to }) => [from, to]);
  const times = [...new Set(marks)].sort((a, b) => a - b);
  const spans = times.slice(1).map((to, index): AnswerSpan => {
    const from = times[index] ?? to;
    const within = ({ from: a, to: b }: Span): boolean => a <= from && to <= b;
    // What began in a process that died and was still so for the next one went on in between.
    const answer = down.some(within) ? "unanswered" : watched.some(within) ? "answered" : "unknown";
    return { from, to, answer };
  });
  const counts = of(attempts.flat(), "watch.ended");
  const complete = counts.length === attempts.length;
  return {
    spans: joined(spans),
    asked: complete ? counts.reduce((sum, { asked }) => sum + asked, 0) : undefined,
    unanswered: complete ? counts.reduce((sum, { unanswered }) => sum + unanswered, 0) : undefined,
  };
}

function joined(spans: readonly AnswerSpan[]): readonly AnswerSpan[] {
  return spans.reduce<AnswerSpan[]>((all, span) => {
    const before = all.at(-1);
    if (before?.answer !== span.answer) return [...all, span];
    return [...all.slice(0, -1), { ...before, to: span.to }];
  }, []);
}
