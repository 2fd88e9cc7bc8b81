import { version } from "@pulumi/command/package.json";
import type { Package } from "../noun";
import { localCommand } from "./local";

/** The command provider, as far as it runs things here. */
export const command: Package = {
  name: "command",
  version,
  nouns: { "command:local:Command": localCommand },
  invokes: {},
};
