import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { eventsPage } from "../../orchestration/adapters/reporters/schema/document";
import { jsonSchema } from "../../orchestration/adapters/reporters/schema/stream";

/** Writes the documents of the event stream anew. */
const docs = resolve(__dirname, "../../docs");
writeFileSync(resolve(docs, "events.md"), eventsPage());
writeFileSync(resolve(docs, "events.schema.json"), `${JSON.stringify(jsonSchema(), undefined, 2)}\n`);
