import { SETTINGS_SECRET } from "../../domain/move/move";
import type { Plan } from "../../domain/plan";

/** What a move writes into the stack's file, and where the secret settings go; of those no value is known here. */
export function moveLines({ move, stack }: Plan): readonly string[] {
  if (!move) return [];
  const { from, to, secrets, undoes } = move;
  const changed = Object.entries(to.keys).filter(([key, value]) => from.keys[key] !== value);
  const gone = Object.keys(from.keys).filter((key) => to.keys[key] === undefined);
  const written = Object.entries(secrets);
  return [
    "",
    "Stack file:",
    ...gone.map((key) => `  - tfe:${key}`),
    ...changed.filter(([key]) => key !== SETTINGS_SECRET).flatMap(([key, value]) => keyLines(key, value)),
    ...(written.length === 0 ? [] : [`  + tfe:${SETTINGS_SECRET}: a new secret, which a node writes:`]),
    ...written.map(([key, name]) => `      ${name}: ****** (${key})`),
    ...(written.length > 0 || to.keys[SETTINGS_SECRET] === from.keys[SETTINGS_SECRET]
      ? []
      : keyLines(SETTINGS_SECRET, to.keys[SETTINGS_SECRET] ?? "")),
    "",
    undoes === undefined
      ? `No data is migrated: \`npm run migrate -- --back --stack ${stack}\` takes the move back until the first upgrade after it.`
      : `Takes back run ${undoes}: the keys are those of the stack file before it.`,
  ];
}

/** A map as one line for each of its entries. */
function keyLines(key: string, value: string): readonly string[] {
  if (!value.startsWith("{")) return [`  + tfe:${key}: ${value}`];
  const entries = Object.entries(JSON.parse(value) as Readonly<Record<string, string>>);
  return [`  + tfe:${key}:`, ...entries.map(([name, each]) => `      ${name}: ${each}`)];
}
