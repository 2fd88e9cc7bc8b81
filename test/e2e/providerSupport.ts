import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import {
  LocalWorkspace,
  PulumiCommand,
  type EngineEvent,
  type OutputMap,
  type PulumiFn,
  type Stack,
} from "@pulumi/pulumi/automation";
import { serveProviders } from "../../lab/provider";
import type { RegionApi } from "../../lab/region/api";
import { faultDeeds } from "../../lab/faults/course";
import { createRegion } from "../../lab/region/region";
import { ensureEngine } from "../../orchestration/adapters/pulumi/engine/ensureEngine";

/** Lab seconds per real second: minutes of instances pass while the engine works. */
const SPEED = 300;

export interface EngineEstate {
  readonly region: RegionApi;
  /** A temporary folder, for the programs' own use; commands find those of its `bin` first. */
  readonly dir: string;
  stack(program: PulumiFn): Promise<Stack>;
  /** The command line, as a person has it. */
  pulumi(...args: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** The real engine on a file backend, attached to the lab's providers over a new region. */
export async function anEngineEstate(): Promise<EngineEstate> {
  const [dir, engine] = await Promise.all([mkdtemp(join(tmpdir(), "lab-provider-")), ensureEngine()]);
  const pulumiCommand = await PulumiCommand.get({ root: engine.root });
  const region = createRegion({ faults: faultDeeds });
  const [labOrigin, realOrigin] = [region.state.now, Date.now()];
  const providers = await serveProviders(region, {
    now: () => labOrigin + (Date.now() - realOrigin) * SPEED,
    env: { PATH: [join(dir, "bin"), process.env["PATH"]].join(delimiter) },
  });
  const envVars = {
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DEBUG_PROVIDERS: `aws:${providers.aws},command:${providers.command}`,
  };
  return {
    region,
    dir,
    async pulumi(...args) {
      const { stdout } = await promisify(execFile)(join(engine.root, "bin", "pulumi"), args, {
        cwd: dir,
        env: { ...process.env, ...envVars, PULUMI_HOME: join(dir, "home") },
      });
      return stdout;
    },
    stack: (program) =>
      LocalWorkspace.createOrSelectStack(
        { stackName: "lab", projectName: "tfe", program },
        {
          workDir: dir,
          pulumiHome: join(dir, "home"),
          pulumiCommand,
          projectSettings: { name: "tfe", runtime: "nodejs", backend: { url: `file://${dir}` } },
          envVars,
        },
      ),
    async close() {
      await providers.close();
      await rm(dir, { recursive: true });
    },
  };
}

/** What a preview does, a line a resource: `update aws:autoscaling/group:Group nodes [minSize]`. */
export async function preview(stack: Stack): Promise<string[]> {
  const changes: string[] = [];
  const onEvent = ({ resourcePreEvent: event }: EngineEvent): void => {
    if (!event || event.metadata.op === "same" || event.metadata.type.startsWith("pulumi:")) return;
    const { op, type, urn, detailedDiff } = event.metadata;
    const paths = Object.keys(detailedDiff ?? {})
      .sort()
      .join(", ");
    changes.push(`${op} ${type} ${urn.split("::").at(-1) ?? ""}${paths === "" ? "" : ` [${paths}]`}`);
  };
  await stack.preview({ onEvent });
  return changes;
}

export function values(outputs: OutputMap): Record<string, unknown> {
  return Object.fromEntries(Object.entries(outputs).map(([key, each]) => [key, each.value as unknown]));
}
