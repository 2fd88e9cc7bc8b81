/** `Pulumi.<stack>.yaml` as the engine would hand it to the program. Pure. */
import { parse } from "yaml";
import { z } from "zod";

/** Raw values by namespaced key (`tfe:image`), as Pulumi gives them. */
export type RawConfig = Readonly<Record<string, string | undefined>>;

const FILE = z.looseObject({ config: z.record(z.string(), z.unknown()).nullish() }).nullish();
const SECURE = z.strictObject({ secure: z.string() });

/**
 * The `config:` block of a stack file in the shape of `pulumi.runtime.allConfig()`: strings as they are, lists and maps as JSON.
 * Encrypted values cannot be read without the engine and are left out. Throws where the text is not such a file.
 */
export function readStackFile(text: string): Record<string, string> {
  const file = FILE.safeParse(parse(text));
  if (!file.success)
    throw new Error("this is not a stack file: it must be a map, and its `config` must map keys to values");
  const config = file.data?.config ?? {};
  const readable = Object.entries(config).filter(([, value]) => !SECURE.safeParse(value).success && value !== null);
  return Object.fromEntries(
    readable.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
