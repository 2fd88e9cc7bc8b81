import { readFileSync } from "node:fs";
import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { PROJECT } from "../../../infra/contract";
import { RepaveError } from "../../domain/errors";
import type { EngineSight, Plugin } from "../../ports/diagnosis";
import { shellLine } from "../nodeShell/shellLine";
import { runProcess } from "../machine/process";
import { workFolder } from "../machine/workFolder";
import type { Machine } from "./engine/cache";
import { type EngineFound, findEngine } from "./engine/ensureEngine";
import { engineError } from "./failures";

export interface EngineSightOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Where the CLI is looked for. Default: this machine. */
  readonly machine?: Machine;
  /** The stack's file, and the stack's name as the engine takes it. Undefined: no stack is chosen. */
  readonly stack: { readonly name: string; file(): string } | undefined;
}

/** Packages of the stack program that have a plugin of the same version. */
const PACKAGES = ["aws", "command"] as const;

const PLUGINS = z.array(z.object({ name: z.string(), kind: z.string(), version: z.string().nullish() }));
const WHOAMI = z.object({ user: z.string(), url: z.string().default("") });

/** The Pulumi CLI of this machine, asked without changing a stack, a file of the project or the machine. */
export function engineSight({ env, machine, stack }: EngineSightOptions): EngineSight {
  let found: Promise<EngineFound> | undefined;
  const engine = (): Promise<EngineFound> => (found ??= findEngine(machine));

  /** Runs it to its end. Throws this product's errors. */
  async function pulumi(args: readonly string[], signal: AbortSignal, cwd?: string): Promise<string> {
    const { executable, root } = await engine();
    const PATH = [join(root, "bin"), env["PATH"]].join(delimiter);
    const whole = { ...env, PATH, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const where = cwd === undefined ? {} : { cwd };
    const result = await runProcess([executable, ...args, "--non-interactive"], { ...where, env: whole, signal });
    if (result === "timeout") throw new RepaveError("ENGINE_FAILED", `pulumi ${args[0] ?? ""} did not end`);
    const { exitCode, stdout, stderr } = result;
    if (exitCode !== 0) throw engineError({ args, exitCode, output: `${stderr}\n${stdout}`, env: whole });
    return stdout;
  }

  let who: Promise<z.output<typeof WHOAMI>> | undefined;
  return {
    async find() {
      const { version, executable, source } = await engine();
      const isOnPath = source === "path";
      return {
        version,
        where: isOnPath ? "on PATH" : "in the cache",
        command: isOnPath ? "pulumi" : shellLine([executable]),
      };
    },
    async plugins(signal) {
      const attached = attachedIn(env);
      const needed = PACKAGES.filter((name) => !attached.includes(name)).map(versionOf);
      const listed = PLUGINS.parse(JSON.parse(await pulumi(["plugin", "ls", "--json"], signal)));
      const isThere = ({ name, version }: Plugin): boolean =>
        listed.some((each) => each.kind === "resource" && each.name === name && each.version === version);
      return {
        present: needed.filter(isThere),
        missing: needed.filter((each) => !isThere(each)),
        attached: attached.filter((name) => (PACKAGES as readonly string[]).includes(name)),
      };
    },
    login: (signal) => (who ??= pulumi(["whoami", "--json"], signal).then((text) => WHOAMI.parse(JSON.parse(text)))),
    async encrypts(signal) {
      if (stack === undefined) throw new RepaveError("STACK_UNKNOWN", "no stack is chosen");
      const folder = await workFolder(tmpdir(), "tfe-repave-doctor");
      try {
        // The engine writes what it encrypts into the file, so it gets a copy. The word is none of anybody's secrets.
        await writeFile(join(folder, "Pulumi.yaml"), `name: ${PROJECT}\nruntime: nodejs\n`);
        const copy = join(folder, `Pulumi.${basename(stack.name)}.yaml`);
        await copyFile(stack.file(), copy);
        await pulumi(["config", "set", "--secret", "doctor", "trial", "--stack", stack.name], signal, folder);
        return providerIn(await readFile(copy, "utf8"));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** Names of providers that the engine is told to attach to: `aws:4711,command:4712`. */
const attachedIn = (env: NodeJS.ProcessEnv): readonly string[] =>
  (env["PULUMI_DEBUG_PROVIDERS"] ?? "").split(",").flatMap((each) => each.split(":")[0] || []);

/** The engine looks for the plugin of exactly this version. */
function versionOf(name: (typeof PACKAGES)[number]): Plugin {
  const file = createRequire(__filename).resolve(`@pulumi/${name}/package.json`);
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, "utf8")));
  return { name, version };
}

/** The scheme of the provider (`awskms`), whose address may name more than a table should show. */
function providerIn(text: string): string {
  const file = z
    .looseObject({ secretsprovider: z.string().exactOptional(), encryptionsalt: z.string().exactOptional() })
    .parse(parse(text));
  const [scheme = ""] = (file.secretsprovider ?? "").split(":");
  if (scheme !== "" && scheme !== "default") return scheme;
  return file.encryptionsalt === undefined ? "the backend" : "passphrase";
}
