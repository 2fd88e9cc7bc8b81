import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { EngineEvent, Stack as EngineStack } from "@pulumi/pulumi/automation";
import type * as automation from "@pulumi/pulumi/automation";
import { z } from "zod";
import { type BuildConfig, PROJECT, type StackOutputs } from "../../../infra/contract";
import type * as stackProgram from "../../../infra/program";
import { RepaveError } from "../../domain/errors";
import type { ResourceChange } from "../../domain/changes";
import type { LastCheck } from "../../ports/lastCheck";
import type { Stack } from "../../ports/stack";
import { lazily, once } from "../machine/lazy";
import { readIfThere, replaceFile, requireReplaceable } from "../machine/files";
import { type CliResult, isStackMissing, operationsOnly, pulumiCli } from "./cli";
import { redact } from "../machine/redact";
import { workFolder } from "../machine/workFolder";
import { ALLOWED_CHANGES, unrepeated } from "./allowedChanges";
import { door } from "./door";
import { type EventLog, eventLog, sayWhatTakesTime, waitingFor } from "./events";
import { isUnexplained } from "./failures";
import { parseOutputs } from "./outputs";
import { appConfigIn, buildConfigIn, fingerprintOf, withAppConfig, withBuildConfig } from "./stackFile";

export interface PulumiStackOptions {
  /** As the engine takes it: `production`, or with its organisation. */
  readonly stackName: string;
  /** Folder of Pulumi.yaml and Pulumi.<stack>.yaml; without a Pulumi.yaml a minimal one is written there. */
  readonly workDir: string;
  /** Folder with `bin/pulumi`, and its version where that is known. */
  readonly engine: { readonly root: string; readonly version?: string };
  /** Variables for the engine besides this process's own. */
  readonly env: Readonly<Record<string, string>>;
  readonly projectRoot: string;
  /** Where runs are kept: a folder, or `s3://bucket/prefix`. */
  readonly runsDir: string;
  /** Of the run on whose behalf updates happen; undefined while there is none. */
  readonly fencingSecret: () => string | undefined;
  /** Called with what else the operator should know. */
  readonly note?: (line: string) => void;
  /** Real milliseconds that an update or a preview may take. Undefined: as long as it takes. */
  readonly limitMs?: () => number | undefined;
  /** Called with every event of the engine. Events may hold values: not for logs. */
  readonly onEvent?: (event: EngineEvent) => void;
}

const DEPLOYMENT = z.object({
  deployment: z
    .object({
      pending_operations: z.array(z.object({ type: z.string(), resource: z.object({ urn: z.string() }) })).nullish(),
    })
    .nullish(),
});

/** The stack in its program's own words: build keys and outputs as the contract has them. */
export interface ContractStack extends Omit<Stack, "config" | "outputs" | "preview" | "apply"> {
  config(): Promise<BuildConfig>;
  outputs(): Promise<StackOutputs | undefined>;
  preview(change: BuildConfig): Promise<readonly ResourceChange[]>;
  apply(change: BuildConfig, lastCheck?: LastCheck): Promise<readonly ResourceChange[]>;
}

/** A stack that knows its own file and nothing of what runs recorded. */
export interface EngineStackPort extends Omit<ContractStack, "outOfDate" | "bringUpToDate"> {
  /** Writes the keys to the config file. */
  write(change: BuildConfig): Promise<void>;
}

/** Only a stack that the backend knows can be previewed. `make` tells it of one that it does not know, with nothing in it. */
export type Makeable = Readonly<{ make: () => Promise<void> }>;

/** The stack over the real engine, with the program in this process: no language host, no transpiling, the same resources. */
export function pulumiStack(options: PulumiStackOptions): EngineStackPort & Makeable {
  const { stackName, workDir } = options;
  // `organisation/project/stack` has the file of `stack`.
  const fileName = basename(stackName);
  const stackFile = join(workDir, `Pulumi.${fileName}.yaml`);
  const cli = once(() => pulumiCli(options.engine.root, { ...options, version: options.engine.version }));

  const pulumi = async (...args: readonly string[]): Promise<CliResult> =>
    (await cli()).run([...args, "--stack", stackName], workDir, options.env);

  const entry = door();

  async function program(): Promise<Record<string, unknown>> {
    await entry.pass();
    const secret = options.fencingSecret();
    const { tfeProgram } = lazily("../../../infra/program", __filename) as typeof stackProgram;
    const outputs = await tfeProgram({
      projectRoot: options.projectRoot,
      runsDir: options.runsDir,
      ...(secret === undefined ? {} : { fencingSecret: secret }),
    });
    return { ...outputs };
  }

  /** Project settings are not given: they would be written over the project's own file. */
  const engineStack = once(async () => {
    // The half of a command's start: loaded for updates and previews, and not for what reads only.
    const { LocalWorkspace } = lazily("@pulumi/pulumi/automation") as typeof automation;
    return LocalWorkspace.selectStack(
      { stackName, projectName: PROJECT, program },
      { workDir, envVars: { ...options.env }, pulumiCommand: operationsOnly(await cli()) },
    );
  });

  async function text(): Promise<string> {
    const found = await readIfThere(stackFile);
    if (found === undefined) throw new RepaveError("STACK_UNKNOWN", `${stackFile} does not exist`);
    return found;
  }

  async function write(change: BuildConfig): Promise<void> {
    const before = await text();
    const after = withBuildConfig(before, change);
    if (after !== before) await replace(after);
  }

  async function replace(content: string): Promise<void> {
    try {
      await requireReplaceable(stackFile);
      await replaceFile(stackFile, content);
    } catch (cause) {
      throw new RepaveError("STACK_FILE_UNWRITABLE", (cause as Error).message, { cause });
    }
  }

  /** Runs an operation of the engine and returns what it changed, or throws why it could not in the engine's own words. */
  async function operate(
    operation: (stack: EngineStack, onEvent: (event: EngineEvent) => void) => Promise<unknown>,
  ): Promise<readonly ResourceChange[]> {
    const env = { ...process.env, ...options.env };
    const log = eventLog(env);
    const done = sayWhatTakesTime(log, options.note);
    try {
      await operation(await engineStack(), (event) => {
        log.record(event);
        options.onEvent?.(event);
      });
    } catch (thrown) {
      throw failure(thrown, log, env);
    } finally {
      done();
    }
    return log.changes();
  }

  const up = (lastCheck?: LastCheck): Promise<readonly ResourceChange[]> =>
    entry.guard(lastCheck, () =>
      operate((stack, onEvent) => stack.up({ onEvent, color: "never", suppressOutputs: true, suppressProgress: true })),
    );

  return {
    allowed: ALLOWED_CHANGES,
    async config() {
      return buildConfigIn(await text());
    },
    async fingerprint() {
      return fingerprintOf(await text());
    },
    async outputs() {
      const result = await pulumi("stack", "output", "--json").catch(undefinedIfMissing);
      return parseOutputs(stackName, JSON.parse(result?.stdout ?? "{}"));
    },
    async preview(change) {
      const changed = withBuildConfig(await text(), change);
      const dir = await workFolder(tmpdir(), "tfe-repave-preview");
      try {
        const configFile = join(dir, `Pulumi.${fileName}.yaml`);
        await writeFile(configFile, changed, { mode: 0o600 });
        return await operate((stack, onEvent) => stack.preview({ configFile, onEvent, color: "never" }));
      } finally {
        await rm(dir, { recursive: true, force: true });
      }
    },
    write,
    async make() {
      if (!(await pulumi("stack", "export").catch(undefinedIfMissing))) await pulumi("stack", "init", "--no-select");
    },
    async apply(change, lastCheck) {
      await write(change);
      try {
        return await up(lastCheck);
      } catch (thrown) {
        if (!isStackMissing(thrown)) throw thrown;
        await pulumi("stack", "init", "--no-select");
        return up(lastCheck);
      }
    },
    async appConfig() {
      return appConfigIn(await text());
    },
    async keepAppConfig(change) {
      const before = await text();
      const after = withAppConfig(before, change);
      if (after !== before) await replace(after);
    },
    unwritable: () =>
      requireReplaceable(stackFile).then(
        () => undefined,
        (thrown: unknown) => (thrown as Error).message,
      ),
    async pendingOperations() {
      const exported = await pulumi("stack", "export").catch(undefinedIfMissing);
      if (!exported) return [];
      const { deployment } = DEPLOYMENT.parse(JSON.parse(exported.stdout));
      const pending = deployment?.pending_operations ?? [];
      return unrepeated(pending.map(({ type, resource }) => `${type} ${named(resource.urn)}`));
    },
  };
}

function undefinedIfMissing(thrown: unknown): undefined {
  if (!isStackMissing(thrown)) throw thrown;
}

/** The raw error of the SDK stays here: it holds all that the CLI printed. */
function failure(thrown: unknown, log: EventLog, env: NodeJS.ProcessEnv): RepaveError {
  const said = log.errors();
  if (!(thrown instanceof RepaveError)) {
    const message = thrown instanceof Error ? redact(thrown.message, env).slice(0, 500) : "";
    return new RepaveError("STACK_UPDATE_FAILED", said || message || "the Pulumi CLI gave no reason");
  }
  if (!isUnexplained(thrown)) return thrown;
  return new RepaveError(thrown.code, `${said || thrown.detail}${waitingFor(log)}`);
}

/** `urn:pulumi:lab::tfe::parent$aws:ec2/x:X::name` as `aws:ec2/x:X name`. */
function named(urn: string): string {
  const [type = "", name = ""] = urn.split("::").slice(2);
  return `${type.split("$").at(-1) ?? ""} ${name}`;
}
