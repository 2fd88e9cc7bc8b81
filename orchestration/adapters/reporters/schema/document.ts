import { jsonSchema } from "./stream";

interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
}

const INTRODUCTION = `# Events

With \`--json\` every verb prints one JSON object per line. Verbs that act, \`plan\` and \`health\` print events. Read-only verbs print an answer (from [\`status\`](#status) on). The field \`event\` names the kind of object; [events.schema.json](events.schema.json) holds the same as a JSON Schema. \`npm run docs:events\` writes both files. A test compares them with the code, and with every event of the tests' runs.

- Read what you know and skip what you do not: events and fields are added without notice, and none is taken away or changes its meaning within a major version.
- \`at\` is the time of the run's clock, in UTC. Other times are milliseconds since the epoch, durations are seconds.
- A release is the number that it is installed by, where it has one (a ReleaseSequence, \`642\`: every release for Replicated), and otherwise the vendor's name as a string (\`"1.2.0"\`). In a run's own files (\`run.json\`, \`journal.jsonl\`) it is always the name; files of earlier versions, which have numbers, are still read.
- The journal of a run (\`runs show --json\`) has the same events but those that only watchers need, with \`seq\` in front and \`at\` in milliseconds.
- The last line of \`upgrade\`, \`patch\` and \`abort\` is \`run.finished\`; its \`outcome\` goes with the exit code. A command that could not begin prints \`error\` alone.
- \`engine --json\` and \`iam-policy\` print an object of their own: the engine's, and a policy as IAM takes it.`;

/** The page of the event stream. */
export function eventsPage(): string {
  const { oneOf } = jsonSchema() as { readonly oneOf: readonly Schema[] };
  return `${[INTRODUCTION, ...oneOf.map(section)].join("\n\n")}\n`;
}

function section({ description = "", properties = {}, required = [] }: Schema): string {
  const name = properties["event"]?.const as string;
  const fields = Object.entries(properties).filter(([field]) => field !== "event" && field !== "at");
  const lines = fields.map(([field, schema]) => {
    const meaning = schema.description === undefined ? "" : `: ${schema.description}`;
    return `- \`${field}\`${required.includes(field) ? "" : " (not always)"}, ${typeOf(schema)}${meaning}`;
  });
  return [`## \`${name}\``, "", description, ...(lines.length > 0 ? ["", ...lines] : [])].join("\n");
}

function typeOf(schema: Schema): string {
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" or ");
  if (schema.enum)
    return schema.enum.length > 12
      ? "a code of the runbook"
      : schema.enum.map((each) => `\`${String(each)}\``).join(", ");
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {})}`;
  if (schema.type === "object") {
    const { properties, required = [], additionalProperties: any } = schema;
    if (properties === undefined) return `map to ${typeOf(typeof any === "object" ? any : {})}`;
    const fields = Object.keys(properties).map((field) => `\`${field}\`${required.includes(field) ? "" : "?"}`);
    return `{ ${fields.join(", ")} }`;
  }
  return [schema.type ?? "anything"].flat().join(" or ");
}
