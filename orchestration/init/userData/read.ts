import { unfitForEnvironment } from "../../../infra/nodes/fdo/environment";
import { looksSecret } from "../../../infra/secrets";
import { secretNamesIn } from "./inClear";
import { type FoundSecrets, secretsIn } from "./secrets";
import { textsIn } from "./texts";

/** What user data says of the nodes that it makes. No value is a secret. */
export interface UserDataFacts {
  /** Whether there was anything to read. */
  readonly readable: boolean;
  readonly release:
    | { readonly kind: "sequence"; readonly sequence: string }
    | { readonly kind: "image"; readonly repository: string; readonly tag: string }
    | undefined;
  /** Whether a node that it makes gets a certain release: by number, tag or digest. Without one it installs whatever is newest. */
  readonly namesRelease: boolean;
  readonly runtime: "docker" | "podman";
  readonly hostname: string | undefined;
  /** Variables of the container that may stand in the stack's file. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names of variables and settings that are in clear there and hold a secret. */
  readonly inClear: readonly string[];
  readonly secrets: FoundSecrets;
  readonly databaseHost: string | undefined;
  readonly bucket: string | undefined;
  readonly proxy: string | undefined;
  readonly airgapped: boolean;
}

/** Reads user data as a launch template carries it (base64). What it does not find is undefined; it throws nothing. */
export function readUserData(userData: string): UserDataFacts {
  const texts = textsIn(userData);
  const all = texts.join("\n");
  const variables = variablesIn(all);
  const setting = (name: string): string | undefined => plain(settingIn(all, name));
  const variable = (name: string): string | undefined => plain(variables[name]);
  const release = releaseIn(all);
  return {
    readable: texts.length > 0,
    release,
    namesRelease: release !== undefined || BY_DIGEST.test(all),
    runtime: /\bpodman\b/.test(all) && !/\bdocker\s+compose\b/.test(all) ? "podman" : "docker",
    hostname: variable("TFE_HOSTNAME") ?? setting("TlsBootstrapHostname") ?? setting("hostname"),
    environment: Object.fromEntries(
      Object.entries(variables).filter(
        ([name, value]) => plain(value) !== undefined && unfitForEnvironment(name, value) === undefined,
      ),
    ),
    inClear: unique([
      ...Object.keys(variables).filter((name) => isSecretThere(name, variables[name] ?? "")),
      ...SECRET_SETTINGS.filter((name) => (settingIn(all, name) ?? "") !== ""),
      ...secretNamesIn(texts),
    ]),
    secrets: secretsIn(texts),
    databaseHost: hostOf(variable("TFE_DATABASE_HOST") ?? setting("pg_netloc")),
    bucket: variable("TFE_OBJECT_STORAGE_S3_BUCKET") ?? setting("s3_bucket"),
    proxy: plain(/\bhttp-proxy=["']?(\S+?)["']?(?:\s|$)/.exec(all)?.[1]) ?? plain(variables["HTTP_PROXY"]),
    airgapped: settingIn(all, "LicenseBootstrapAirgapPackagePath") !== undefined || /\.airgap\b/.test(all),
  };
}

/** Settings of the application on Replicated that hold a secret. */
const SECRET_SETTINGS = ["enc_password", "pg_password", "redis_pass", "aws_secret_access_key"] as const;

/** A literal, and no variable of the script, placeholder or address with a password. Undefined: it is none. */
const plain = (value: string | undefined): string | undefined =>
  value === undefined || value === "" || /[$`<]|\{\{/.test(value) || looksSecret(value) ? undefined : value;

const isSecretThere = (name: string, value: string): boolean =>
  /may be a secret/.test(unfitForEnvironment(name, value) ?? "") && value !== "" && !/[$`<]/.test(value);

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];

const hostOf = (address: string | undefined): string | undefined => address?.replace(/:\d+$/, "");

/** Under the vendor's names, with the tag of a release: `latest` and its like name none. */
const IMAGE = /image["']?\s*:\s*["']?([\w.-]+(?::\d+)?\/[\w./-]*(?:terraform-enterprise|ibm-terraform)):(v?\d[\w.-]*)/;
const IMAGE_RUN = /\s([\w.-]+(?::\d+)?\/[\w./-]*(?:terraform-enterprise|ibm-terraform)):(v?\d[\w.-]*)/;
const BY_DIGEST = /\b(?:terraform-enterprise|ibm-terraform)(?::[\w.-]+)?@sha256:[0-9a-f]/;
/** 0 stands for the newest. */
const SEQUENCE = /["']?ReleaseSequence["']?\s*:\s*["']?([1-9]\d{0,5})\b/;

function releaseIn(text: string): UserDataFacts["release"] {
  const [, sequence] = SEQUENCE.exec(text) ?? [];
  if (sequence !== undefined) return { kind: "sequence", sequence };
  const [, repository = "", tag = ""] = IMAGE.exec(text) ?? IMAGE_RUN.exec(text) ?? [];
  return tag === "" ? undefined : { kind: "image", repository, tag };
}

/** `name: value` and `- name=value` of Compose, `-e name=value`, and name and value of a pod. Not the script's own variables. */
const OF_COMPOSE = /^[ \t]+(?:-[ \t]+)?["']?(TFE_[A-Z0-9_]+|HTTP_PROXY)["']?[ \t]*:[ \t]*(.*)$/gm;
const OF_LIST = /(?:^[ \t]*-[ \t]+["']?|\s(?:-e|--env)[ =]["']?)(TFE_[A-Z0-9_]+|HTTP_PROXY)=(.*?)["']?(?:[ \t]*\\)?$/gm;
const OF_POD = /\bname["']?\s*:\s*["']?(TFE_[A-Z0-9_]+|HTTP_PROXY)["']?\s*,?\s*["']?value["']?\s*:\s*(.*)$/gm;

function variablesIn(text: string): Readonly<Record<string, string>> {
  const pairs = [OF_COMPOSE, OF_LIST, OF_POD].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, name = "", value = ""]) => [name, unquoted(value)] as const),
  );
  return Object.fromEntries(pairs);
}

/** Without quotes, and without the comment or comma behind it. */
function unquoted(written: string): string {
  const text = written
    .trim()
    .replace(/[ \t]+#.*$/, "")
    .replace(/,$/, "");
  return /^"(.*)"$/.exec(text)?.[1] ?? /^'(.*)'$/.exec(text)?.[1] ?? text;
}

/** A setting of the application or of the installer: `"name": "value"`, and `"name": {"value": "value"}`. */
const settingIn = (text: string, name: string): string | undefined =>
  new RegExp(`["']${name}["']\\s*:\\s*(?:\\{\\s*["']value["']\\s*:\\s*)?["']([^"']*)["']`).exec(text)?.[1];
