/** The commands of one node: those of the container runtime, of `tfectl` in the application's container, and of the machine. */
import { RepaveError } from "../../domain/errors";
import type { AppState } from "../../domain/health";
import { recordedRelease, type Release } from "../../domain/release";
import type { Settings, SettingsSinceBuild } from "../../domain/settings";
import type { NodeAddress, NodeShell } from "../../ports/nodeShell";
import type { Fetched, SettingsRequest, UpgradeCheck } from "../../ports/tfe";
import { parseDiskFree } from "../answers";
import { asker, isScript, whenOk } from "../asking";
import type { Kept } from "../dialect";
import { type Written, written } from "../keepSettings";
import { type Preparing, preparing } from "../preparation";
import { type Retiring, retiring } from "../retiring";
import { type Document, newNonce, type NextBuild, parseSettingNames, parseSettings } from "../settingDigests";
import { withNames } from "../work";
import {
  type Diagnosis,
  parseBootFailure,
  parseDiagnosis,
  parseFetched,
  parseLicenceEnd,
  parseReadiness,
  parseUnit,
  parseVersion,
  parseVersionHeader,
  type Readiness,
} from "./answers";
import {
  applicationIn,
  type Inspected,
  INSPECT_FORMAT,
  parseContainers,
  parseInspected,
  PS_FORMAT,
  type Runtime,
  type SeenContainer,
} from "./containers";
import { checkCommand, fetchCommand, keepCommand, settingNamesCommand, settingsCommand, type Source } from "./scripts";
import { type FailedCheck, failedChecks } from "./startupChecks";
import { parseUpgradeCheck } from "./upgradeCheck";

const TFECTL = "/usr/local/bin/tfectl";
const UNIT = "terraform-enterprise.service";

/** Where the runtime keeps images and volumes. */
const DATA: Readonly<Record<Runtime, string>> = { docker: "/var/lib/docker", podman: "/var/lib/containers" };

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
/** An image has gigabytes. */
const FETCH_TIMEOUT_MS = 30 * MINUTE_MS;
const CHECK_LIMIT_SECONDS = 600;
/** It gathers the logs of every node. */
const SUPPORT_BUNDLE_TIMEOUT_MS = 15 * MINUTE_MS;
/** The application is given 30 s to end. */
const SERVICE_TIMEOUT_MS = 5 * MINUTE_MS;
const DIAGNOSTICS_TIMEOUT_MS = 2 * MINUTE_MS;

/** What is known of a node beforehand. */
export interface Place extends Source {
  readonly runtime: Runtime;
}

/**
 * Every read throws `NODE_UNREACHABLE` or `NODE_ANSWER_UNREADABLE` when it cannot be made. `id` is that of the application's container.
 */
export interface Fdo extends Preparing, Retiring {
  /** Every container, running or not. */
  containers(node: NodeAddress): Promise<readonly SeenContainer[]>;
  /** Of containers by id: what each was created from, one line each. */
  createdFrom(node: NodeAddress, ids: readonly string[]): Promise<string>;
  /** The application's container; undefined: there is none. */
  application(node: NodeAddress): Promise<Inspected | undefined>;
  /** What the machine says where there is no container. */
  unit(node: NodeAddress): Promise<AppState>;
  /** Why the first boot gave up; undefined: it did not, or left no log. */
  bootFailure(node: NodeAddress): Promise<string | undefined>;
  version(node: NodeAddress, id: string): Promise<Release>;
  /** As the application says it beside an answer to anybody. */
  versionInHeader(node: NodeAddress): Promise<Release>;
  /** Asks a path on the node itself. */
  readiness(node: NodeAddress, path: string): Promise<Readiness>;
  diagnosis(node: NodeAddress, id: string): Promise<Diagnosis>;
  /** Whether `tfectl app status` says that all is well. */
  status(node: NodeAddress, id: string): Promise<boolean>;
  failedStartupChecks(node: NodeAddress, id: string): Promise<readonly FailedCheck[]>;
  startDrain(node: NodeAddress, id: string, signal?: AbortSignal): Promise<void>;
  /** Lets a moment pass on the node. */
  pause(node: NodeAddress, signal?: AbortSignal): Promise<void>;
  stop(node: NodeAddress): Promise<void>;
  start(node: NodeAddress): Promise<void>;
  fetch(node: NodeAddress, image: string, signal?: AbortSignal): Promise<Fetched>;
  upgradeCheck(node: NodeAddress, id: string, image: string): Promise<UpgradeCheck>;
  settings(node: NodeAddress, id: string, request?: SettingsRequest): Promise<Settings>;
  settingsSinceBuild(node: NodeAddress, id: string, request?: SettingsRequest): Promise<SettingsSinceBuild>;
  /** Has the node write settings of the application in that container into a secret. */
  keepSettings(node: NodeAddress, id: string, kept: Kept): Promise<Written>;
  /** The settings now, and as the build those that a new node would have. */
  settingsOfNext(node: NodeAddress, id: string, next: NextBuild, request: SettingsRequest): Promise<SettingsSinceBuild>;
  /** Names of the settings in the secret that a build reads. */
  settingNames(node: NodeAddress, secretArn: string): Promise<readonly string[]>;
  licenceEnd(node: NodeAddress, id: string): Promise<number | "never">;
  supportBundle(node: NodeAddress, id: string): Promise<string>;
  diskFree(node: NodeAddress): Promise<number>;
}

export function fdo(shell: NodeShell, place: Place): Fdo {
  const { runtime, host } = place;
  const inContainer = (id: string, ...words: readonly string[]): readonly string[] => [
    runtime,
    "exec",
    id,
    TFECTL,
    ...words,
  ];
  /** The application is asked by its own name: a release answers nothing else to others. */
  const ownHost = ["--resolve", `${host}:443:127.0.0.1`];
  // What `app license` prints is nobody's to quote.
  const { read, act } = asker(shell, (argv) => !isScript(argv) && argv[argv.length - 1] !== "license");
  const nonce = newNonce();
  const retired = retiring({ read, act }, { runtime, stoppedBy: "", units: [UNIT] });
  const prepared = preparing({ read, act }, (word) => recordedRelease(word));

  const containers = (node: NodeAddress): Promise<readonly SeenContainer[]> =>
    read(node, [runtime, "ps", "--all", "--no-trunc", "--format", PS_FORMAT], whenOk(parseContainers));
  const createdFrom = (node: NodeAddress, ids: readonly string[]): Promise<string> =>
    act(node, [runtime, "inspect", "--format", "{{.Id}} {{.Config.Image}}", ...ids]);
  const readSettings = (
    node: NodeAddress,
    id: string,
    documents: readonly Document[],
    request: SettingsRequest = {},
    next?: NextBuild,
  ): Promise<SettingsSinceBuild> =>
    read(
      node,
      settingsCommand(nonce, documents, request, { runtime, id }, next),
      whenOk((stdout) => parseSettings(stdout, documents)),
    );

  return {
    ...prepared,
    ...retired,
    containers,
    createdFrom,
    async application(node) {
      const seen = await withNames(node, await containers(node), { createdFrom });
      const found = applicationIn(seen, place.imageRepository);
      if (found === undefined) return undefined;
      if (found === "several") {
        throw new RepaveError("NODE_ANSWER_UNREADABLE", `${node.instanceId}: several containers run the application`);
      }
      return read(node, [runtime, "inspect", "--format", INSPECT_FORMAT, found.id], whenOk(parseInspected));
    },
    unit: (node) => read(node, ["systemctl", "show", "--property=LoadState,ActiveState", UNIT], whenOk(parseUnit)),
    async bootFailure(node) {
      const { exitCode, stdout } = await shell.run(node, ["tail", "-n", "50", "/var/log/tfe-repave-user-data.log"]);
      return exitCode === 0 ? parseBootFailure(stdout) : undefined;
    },
    version: (node, id) => read(node, inContainer(id, "app", "version"), whenOk(parseVersion)),
    versionInHeader: (node) =>
      read(
        node,
        ["curl", "-ksI", "--max-time", "20", ...ownHost, `https://${host}/api/v2/ping`],
        whenOk(parseVersionHeader),
      ),
    readiness: (node, path) =>
      read(
        node,
        ["curl", "-ks", "--max-time", "35", ...ownHost, ...AS_JSON, "-w", "\\n%{http_code}", `https://${host}${path}`],
        (stdout, { exitCode }) => {
          const answer = parseReadiness(stdout);
          // curl's own failure (refused, timed out half-way) is no answer, even if a status line had come.
          return answer && exitCode !== 0 ? { status: 0, failing: [], isUp: false } : answer;
        },
      ),
    // It ends with another status where a check failed, and says which.
    diagnosis: (node, id) =>
      read(
        node,
        inContainer(id, "app", "diagnostics", "--json", "--timeout", "60"),
        (stdout, { exitCode }) => {
          const found = parseDiagnosis(stdout);
          return found && exitCode !== 0 && found.failed.length === 0 ? undefined : found;
        },
        DIAGNOSTICS_TIMEOUT_MS,
      ),
    status: (node, id) => read(node, inContainer(id, "app", "status"), (_, { exitCode }) => exitCode === 0),
    failedStartupChecks: (node, id) =>
      read(node, [runtime, "logs", "--tail", "400", id], (stdout, { exitCode, stderr }) =>
        exitCode === 0 ? unlike([...failedChecks(stdout), ...failedChecks(stderr)]) : undefined,
      ),
    async startDrain(node, id, signal) {
      await act(node, [runtime, "exec", "--detach", id, TFECTL, "node", "drain"], signal ? { signal } : {});
    },
    async pause(node, signal) {
      await act(node, ["sleep", "3"], signal ? { signal } : {});
    },
    async stop(node) {
      await act(node, ["systemctl", "stop", UNIT], { timeoutMs: SERVICE_TIMEOUT_MS });
    },
    async start(node) {
      await retired.recall(node);
      await act(node, ["systemctl", "start", UNIT], { timeoutMs: SERVICE_TIMEOUT_MS });
    },
    async fetch(node, image, signal) {
      const fetched = parseFetched(
        await act(node, fetchCommand(runtime, image, place), {
          timeoutMs: FETCH_TIMEOUT_MS,
          ...(signal && { signal }),
        }),
      );
      if (fetched) return fetched;
      throw new RepaveError("NODE_ANSWER_UNREADABLE", `${node.instanceId}: no digest came of pulling ${image}`);
    },
    upgradeCheck: (node, id, image) =>
      read(
        node,
        checkCommand(runtime, id, image, CHECK_LIMIT_SECONDS),
        whenOk(parseUpgradeCheck),
        CHECK_LIMIT_SECONDS * SECOND_MS + MINUTE_MS,
      ),
    settings: async (node, id, request) => (await readSettings(node, id, ["now"], request)).now,
    settingsSinceBuild: (node, id, request) => readSettings(node, id, ["now", "built"], request),
    keepSettings: (node, id, kept) => written(shell, node, keepCommand(kept, { runtime, id })),
    settingsOfNext: (node, id, next, request) => readSettings(node, id, ["now", "next"], request, next),
    settingNames: (node, secretArn) => read(node, settingNamesCommand(secretArn), whenOk(parseSettingNames)),
    licenceEnd: (node, id) => read(node, inContainer(id, "app", "license"), whenOk(parseLicenceEnd)),
    supportBundle: (node, id) =>
      act(node, inContainer(id, "support", "bundle", "--all"), { timeoutMs: SUPPORT_BUNDLE_TIMEOUT_MS }),
    diskFree: (node) => read(node, ["df", "-B1", "--output=avail", DATA[runtime]], whenOk(parseDiskFree)),
  };
}

const AS_JSON = ["-H", "Accept: application/json"];

const unlike = (checks: readonly FailedCheck[]): readonly FailedCheck[] => [
  ...new Map(checks.map((check) => [check.name, check])).values(),
];
