import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { ResourceChange } from "../../domain/changes";
import { redact } from "../machine/redact";

/** Reads the engine's events into changes and reasons. No value of a resource leaves it. */
export interface EventLog {
  readonly record: (event: EngineEvent) => void;
  /** In the order in which the engine came to them. */
  readonly changes: () => readonly ResourceChange[];
  /** What the engine is busy with (`updating aws:autoscaling/group:Group tfe`); undefined: with no resource. */
  readonly busyWith: () => string | undefined;
  /** The engine's diagnostics of severity error, without colours; "" where there are none. */
  readonly errors: () => string;
}

type Step = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

/** The stack itself and its providers come and go with every engine; they are nothing in the cloud. */
const PSEUDO = /^pulumi:(?:pulumi:Stack|providers:)/;

/** Steps that change nothing, or that follow from another step of the same resource. */
const SILENT = new Set(["same", "refresh", "read-discard", "discard-replaced", "remove-pending-replace"]);

const OPS: Readonly<Record<string, ResourceChange["op"]>> = {
  create: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  read: "read",
  "read-replacement": "read",
  import: "import",
  "import-replacement": "import",
};

const DOING: Readonly<Record<ResourceChange["op"], string>> = {
  create: "creating",
  update: "updating",
  delete: "deleting",
  replace: "replacing",
  read: "reading",
  import: "importing",
  other: "working on",
};

/** `env`: the engine's environment, whose secrets no message may show. */
export function eventLog(env: NodeJS.ProcessEnv): EventLog {
  const byUrn = new Map<string, ResourceChange>();
  const errors = new Set<string>();
  const busy = new Map<string, string>();
  return {
    record({ resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent }) {
      const ended = (resOutputsEvent ?? resOpFailedEvent)?.metadata.urn;
      if (ended !== undefined) busy.delete(ended);
      if (diagnosticEvent?.severity === "error") errors.add(plain(diagnosticEvent.message));
      const step = resourcePreEvent?.metadata;
      if (!step || PSEUDO.test(step.type) || SILENT.has(step.op)) return;
      busy.set(step.urn, `${DOING[OPS[step.op] ?? "other"]} ${step.type} ${nameOf(step.urn)}`);
      const change = toChange(step);
      const known = byUrn.get(step.urn);
      byUrn.set(step.urn, known ? merged(known, change) : change);
    },
    changes: () => [...byUrn.values()],
    busyWith: () => (busy.size === 0 ? undefined : [...busy.values()].join(", ")),
    errors: () => redact([...errors].filter((error) => error !== "").join("; "), env).slice(0, 2_000),
  };
}

/** How often an operation that takes long says what it waits for, in real milliseconds. */
const SAY_EVERY_MS = 30_000;

/** An engine repeats calls that fail for minutes without a word. Returns what ends the watch. */
export function sayWhatTakesTime(log: EventLog, note: ((line: string) => void) | undefined): () => void {
  const began = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - began) / 1_000);
    note?.(`the Pulumi CLI has not finished after ${seconds} s${waitingFor(log)}`);
  }, SAY_EVERY_MS).unref();
  return () => clearInterval(timer);
}

/** What the engine is busy with, as the end of a sentence; "": nothing. */
export const waitingFor = (log: EventLog): string => {
  const busy = log.busyWith();
  return busy === undefined ? "" : `; it is ${busy}`;
};

function toChange(step: Step): ResourceChange {
  const paths = Object.keys(step.detailedDiff ?? {});
  return {
    type: step.type,
    name: nameOf(step.urn),
    op: OPS[step.op] ?? "other",
    properties: [...new Set((paths.length > 0 ? paths : (step.diffs ?? [])).map(topLevel))].sort(),
  };
}

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? "";

/** A replacement comes as several steps of one resource. */
function merged(known: ResourceChange, change: ResourceChange): ResourceChange {
  const op = known.op === "replace" || known.op !== change.op ? "replace" : known.op;
  return { ...known, op, properties: [...new Set([...known.properties, ...change.properties])].sort() };
}

/** `tagSpecifications[0].tags` is a path within `tagSpecifications`; `["a.b"]` is the property `a.b`. */
const topLevel = (path: string): string => /^\["(.+?)"\]/.exec(path)?.[1] ?? path.replace(/[.[].*$/s, "");

/** Without the engine's colour marks (`<{%reset%}>`), on one line. */
const plain = (message: string): string =>
  message
    .replace(/<\{%.*?%\}>/g, "")
    .replace(/\s+/g, " ")
    .trim();
