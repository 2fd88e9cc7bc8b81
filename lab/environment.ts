import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { quote } from "shell-quote";
import { RUNS_DIR_ENV } from "../infra/contract";
import { CLOCK_ENV, type ClockScale } from "../infra/runs/clockScale";
import { writeWhole } from "./files";

export interface EnvironmentFacts {
  readonly dir: string;
  /** Where the product finds this lab and others by the names of their stacks. Default: `dir`. */
  readonly home?: string;
  readonly region: string;
  readonly awsUrl: string;
  /** Ports of the Pulumi providers. */
  readonly providers: { readonly aws: number; readonly command: number };
  readonly scale: ClockScale;
  /** Passphrase of the stack's state; default: that of a new lab. */
  readonly passphrase?: string | undefined;
}

/** Variables that would lead an AWS client past the lab's endpoint or keys; to be taken out of an environment that gets the lab's. */
export const AWS_VARIABLES_IN_THE_WAY = [
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_SESSION_TOKEN",
  "AWS_CA_BUNDLE",
] as const;

/** What a process needs in its environment so that AWS clients, the engine and the clock are those of the lab. */
export function labEnvironment(facts: EnvironmentFacts): Record<string, string> {
  const { dir, home = dir, region, awsUrl, providers, scale, passphrase = "lab-passphrase" } = facts;
  return {
    AWS_ENDPOINT_URL: awsUrl,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: "lab-access-key",
    AWS_SECRET_ACCESS_KEY: "lab-secret-access-key",
    AWS_EC2_METADATA_DISABLED: "true",
    // The operator's own profiles stay out of it.
    AWS_CONFIG_FILE: join(dir, "aws-config"),
    AWS_SHARED_CREDENTIALS_FILE: join(dir, "aws-config"),
    [CLOCK_ENV]: JSON.stringify(scale),
    [RUNS_DIR_ENV]: join(dir, "runs"),
    // The post-build gate is a command of the product's own, which must find this lab and no other.
    TFE_REPAVE_LAB_DIR: home,
    PULUMI_DEBUG_PROVIDERS: `aws:${providers.aws},command:${providers.command}`,
    PULUMI_BACKEND_URL: pathToFileURL(join(dir, "state")).href,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

/** The environment's own list of hosts that no proxy is asked for, with loopback on it. */
export function withoutProxy(env: NodeJS.ProcessEnv): Record<string, string> {
  const hosts = [env["NO_PROXY"] ?? env["no_proxy"], "127.0.0.1", "localhost"].filter(Boolean).join(",");
  return { NO_PROXY: hosts, no_proxy: hosts };
}

/** Folder of the `pulumi` that works on the lab, for `env.sh`; set by whoever starts the lab and knows one. */
export const ENGINE_BIN_ENV = "TFE_REPAVE_ENGINE_BIN";

/** Puts a folder on PATH, once. */
const pathOf = (bin: string | undefined): readonly string[] =>
  bin === undefined || bin === ""
    ? []
    : [`case ":$PATH:" in *:${quote([bin])}:*) ;; *) export PATH=${quote([bin])}:"$PATH" ;; esac`];

/** `<dir>/env.sh`, to be sourced by a person who wants to use `aws` and `pulumi` against the running lab. */
export async function writeEnvScript(dir: string, env: Readonly<Record<string, string>>): Promise<void> {
  const lines = [
    "# Leads aws and pulumi to the lab that runs on this folder. It is written anew whenever the lab starts.",
    `unset ${AWS_VARIABLES_IN_THE_WAY.join(" ")}`,
    ...Object.entries(env).map(([name, value]) => `export ${name}=${quote([value])}`),
    ...pathOf(process.env[ENGINE_BIN_ENV]),
    "export AWS_PAGER=",
    'export NO_PROXY="${NO_PROXY:+$NO_PROXY,}127.0.0.1,localhost"',
    'export no_proxy="$NO_PROXY"',
  ];
  await writeWhole(join(dir, "env.sh"), `${lines.join("\n")}\n`);
}
