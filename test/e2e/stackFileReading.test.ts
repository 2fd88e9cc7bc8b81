/** The stack file is read here as the engine reads it: what is not refused means the same to both. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { parseDocument } from "yaml";
import { z } from "zod";
import { readStack } from "../../infra/config/index";
import { engineExecutable } from "../../orchestration/adapters/pulumi/engine/cache";
import { ensureEngine } from "../../orchestration/adapters/pulumi/engine/ensureEngine";

jest.setTimeout(180_000);

let dir: string;
let pulumi: (...args: readonly string[]) => Promise<string>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "stack-file-"));
  const { root } = await ensureEngine();
  await mkdir(join(dir, "state"));
  const env = {
    ...process.env,
    PULUMI_HOME: join(dir, "home"),
    PULUMI_BACKEND_URL: `file://${join(dir, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "x",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  pulumi = async (...args) =>
    (await promisify(execFile)(engineExecutable(root), ["--non-interactive", ...args], { cwd: dir, env })).stdout;
  await writeFile(join(dir, "Pulumi.yaml"), "name: tfe\nruntime: nodejs\n");
  await pulumi("stack", "init", "organization/tfe/test");
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const ANSWER = z.record(
  z.string(),
  z.looseObject({ value: z.string().optional(), objectValue: z.unknown().optional() }),
);

/** Lists and maps as data: the engine sorts the keys of a map. */
function asData(value: string | undefined): unknown {
  try {
    const data: unknown = JSON.parse(value ?? "");
    return typeof data === "object" ? data : value;
  } catch {
    return value;
  }
}

/** The values that both readings have, key by key. */
async function bothReadings(text: string): Promise<{ readonly engine: unknown; readonly ours: unknown }> {
  await writeFile(join(dir, "Pulumi.test.yaml"), text);
  const answer = ANSWER.parse(JSON.parse(await pulumi("config", "--json", "--stack", "organization/tfe/test")));
  const { values, ambiguous } = readStack(text);
  const keys = Object.keys(answer).filter((key) => !ambiguous.includes(key) && (answer[key]?.value ?? "") !== "");
  const of = (value: (key: string) => string | undefined) =>
    Object.fromEntries(keys.map((key) => [key, asData(value(key))]));
  return { engine: of((key) => answer[key]?.value), ours: of((key) => values[key]) };
}

/** Words of the kinds that YAML has rules for. */
const word = fc.oneof(
  fc.stringMatching(/^[-+]?[0-9][0-9_.]{0,6}([eE][-+]?[0-9]{1,2})?$/),
  fc.stringMatching(/^0[bBoOxX][0-9a-fA-F_]{1,6}$/),
  fc.stringMatching(/^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}Z?)?)?$/),
  fc.stringMatching(/^[0-9]{1,3}(:[0-9]{2}){1,2}$/),
  fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_.:/-]{0,12}$/),
  fc.stringMatching(/^[-+.]?[0-9a-fxonINFNA._]{1,6}$/),
  fc.constantFrom("yes", "No", "on", "OFF", "y", "n", "true", "True", "TRUE", "false", "tRue", "1e3", "=", "<"),
);

it("over thousands of values without quotes", async () => {
  const words = fc.sample(word, 6_000).filter((each) => {
    const { errors, warnings } = parseDocument(`k: ${each}\n`);
    return errors.length + warnings.length === 0 && !/[:.-]$|^[-+]?\.(inf|nan)$/i.test(each);
  });
  expect(words.length).toBeGreaterThan(3_000);
  const lines = words.map((each, index) => `  tfe:k${index}: ${each}\n`);
  const lists = words.slice(0, 1_000).map((each, index) => `  tfe:l${index}: [a, ${each}]\n`);
  const { engine, ours } = await bothReadings(`config:\n${lines.join("")}${lists.join("")}`);
  expect(Object.keys(engine as object).length).toBeGreaterThan(2_000);
  expect(ours).toEqual(engine);
});

it("with merge keys, aliases, quotes, blocks and comments", async () => {
  const { engine, ours } = await bothReadings(`x-common: &common
  tfe:region: eu-central-1
  tfe:count: 2
x-settings: &settings {a: "1", b: two}
config:
  <<: *common
  tfe:count: 3 # its own
  tfe:settings:
    <<: [*settings, {b: three, c: "4"}]
    d: 'it''s'
  tfe:again: *settings
  tfe:text: |
    two
    lines
  tfe:folded: >-
    one
    line
  tfe:quoted: "010"
  tfe:tagged: !!str 12
`);
  expect(ours).toEqual(engine);
  expect(engine).toMatchObject({
    "tfe:region": "eu-central-1",
    "tfe:count": "3",
    "tfe:settings": { a: "1", b: "two", c: "4", d: "it's" },
  });
});
