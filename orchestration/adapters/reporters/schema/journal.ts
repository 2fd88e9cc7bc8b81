import { z } from "zod";
import type { DurableEvent, TransientEvent } from "../../../domain/events";
import type { JournalEntry } from "../../../domain/journal";
import { FACTS } from "./facts";
import { count, time } from "./values";

type Kind = DurableEvent["event"];

/** Events that are for watchers alone, and in no journal. */
const TRANSIENT: Readonly<Record<TransientEvent["event"], true>> = {
  "check.made": true,
  "fleet.standing": true,
  "image.chosen": true,
  "node.health": true,
  "plan.made": true,
  "plan.judged": true,
  "plan.detour": true,
  "node.restarting": true,
  "run.gaveUp": true,
  "run.intent": true,
  "run.outlook": true,
  note: true,
  progress: true,
};

/** What older journals had in place of a hop where an act was no hop's; newer ones have none there. */
const NO_HOP = -1;

const withoutNoHop = (value: unknown): unknown => {
  const { hop, ...rest } = z.looseObject({}).parse(value);
  return hop === NO_HOP ? rest : value;
};

const HEAD = z.object({ seq: count, at: time, event: z.string() });

const FIELDS: Readonly<Record<Kind, z.ZodObject>> = FACTS;

const isKind = (event: string): event is Kind => event in FIELDS && !(event in TRANSIENT);

const SCHEMAS = new Map<Kind, z.ZodObject>();

/**
 * A line of a journal, written by this version of the program or an earlier one (which had releases by number, and -1 for no hop). Throws what says
 * where it is not one: what cannot be understood must not be acted on.
 */
export function parseEntry(value: unknown): JournalEntry {
  const { seq, event } = HEAD.parse(value);
  if (!isKind(event)) throw new Error(`entry ${seq} of the journal is a ${event}, which this version does not know`);
  const schema = SCHEMAS.get(event) ?? z.object({ ...HEAD.shape, ...FIELDS[event].shape, event: z.literal(event) });
  SCHEMAS.set(event, schema);
  const entry: object = schema.parse(withoutNoHop(value));
  // `FACTS` says of every kind what the type of its event says: see `SAME_AS_THE_TYPES`.
  return entry as JournalEntry;
}
