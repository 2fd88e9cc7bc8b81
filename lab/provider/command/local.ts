import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Context, Noun } from "../noun";
import type { Props } from "../value";
import { run } from "./shell";

const Inputs = z.object({
  create: z.string().optional(),
  update: z.string().optional(),
  delete: z.string().optional(),
  dir: z.string().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  stdin: z.string().optional(),
  interpreter: z.array(z.string()).default(["/bin/sh", "-c"]),
  addPreviousOutputInEnv: z.boolean().default(true),
});

/** What the command before this one printed, for `update` and `delete`. */
function previousOutput(olds: Props): NodeJS.ProcessEnv {
  const [stdout, stderr] = [olds["stdout"], olds["stderr"]];
  return {
    ...(typeof stdout === "string" ? { PULUMI_COMMAND_STDOUT: stdout } : {}),
    ...(typeof stderr === "string" ? { PULUMI_COMMAND_STDERR: stderr } : {}),
  };
}

async function runWith(
  which: "create" | "update" | "delete",
  inputs: Props,
  olds: Props | undefined,
  context: Context,
): Promise<{ stdout: string; stderr: string }> {
  const given = Inputs.parse(inputs);
  // Where no update is given, create runs again.
  const command = which === "update" ? (given.update ?? given.create) : given[which];
  if (command === undefined || command === "") return { stdout: "", stderr: "" };
  return run(command, {
    interpreter: given.interpreter,
    dir: given.dir,
    stdin: given.stdin,
    signal: context.signal,
    env: {
      ...process.env,
      ...context.env,
      ...(olds && given.addPreviousOutputInEnv ? previousOutput(olds) : {}),
      ...given.environment,
    },
  });
}

/** A command on the machine of the engine. Nobody can be asked what it did: its state is what was recorded. */
export const localCommand: Noun = {
  fields: {
    create: {},
    update: {},
    delete: {},
    dir: {},
    environment: {},
    stdin: {},
    interpreter: {},
    logging: {},
    addPreviousOutputInEnv: { fallback: true },
    triggers: { replaces: true },
  },
  outputs: ["stdout", "stderr"],
  tainted: ["stdout", "stderr"],

  async create(inputs, context) {
    const name = context.urn.split("::").at(-1) ?? "command";
    return { outputs: await runWith("create", inputs, undefined, context), id: name + randomBytes(4).toString("hex") };
  },

  update: (_id, { olds, news }, context) => runWith("update", news, olds, context),

  async delete(_id, olds, context) {
    await runWith("delete", olds, olds, context);
  },
};
