import { engineExecutable, type Engine, type EngineOptions, ensureEngine } from "../wiring/machine";
import { jsonOption } from "./options";
import { examples, type Verb } from "./parts/verb";

export interface EngineCommandIo {
  readonly out: (line: string) => void;
  /** Progress, so that the result stays alone on the other stream. */
  readonly err: (line: string) => void;
  /** Print the result as one JSON object. */
  readonly json: boolean;
}

const HOW: Readonly<Record<Engine["source"], string>> = {
  path: "found on PATH",
  cache: "found in the cache",
  download: "downloaded",
  build: "built",
};

/** Finds or installs the Pulumi CLI and prints where it is. Resolves to the exit code. Throws `ENGINE_MISSING`. */
export async function engineCommand(io: EngineCommandIo, options: EngineOptions = {}): Promise<number> {
  const engine = await ensureEngine({ onProgress: io.err, ...options });
  if (io.json) io.out(JSON.stringify(engine));
  else io.out(`Pulumi ${engine.version}, ${HOW[engine.source]}: ${engineExecutable(engine.root)}`);
  return 0;
}

export const engineVerb: Verb = {
  name: "engine",
  acts: false,
  register({ io, verb, exit }) {
    verb("Find or install the Pulumi CLI, and print where it is.")
      .addOption(jsonOption)
      .addHelpText("after", examples("npm run engine"))
      .action(async ({ json }: { json?: boolean }) => exit(await engineCommand({ ...io, json: json === true })));
  },
};
