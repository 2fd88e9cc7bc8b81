import { parseDiskFree, parseHttpAnswer } from "../answers";
import { asker, isScript, whenOk } from "../asking";
import { type Preparing, preparing } from "../preparation";
import { type Retiring, retiring } from "../retiring";
import { parseLicenceExpiry } from "./answers";
import { releaseOfSequence } from "./sequences";
import { parseHealthCheck } from "./healthCheck";
import { parseAppStatus, parseSystemStatus } from "./status";
import type { NodeAddress, NodeShell } from "../../ports/nodeShell";
import type { SettingsRequest } from "../../ports/tfe";
import type { DialectOptions } from "../dialect";
import type { Settings, SettingsSinceBuild } from "../../domain/settings";
import { type Document, newNonce, parseSettingNames, parseSettings, type NextBuild } from "../settingDigests";
import { settingNamesCommand, settingsCommand } from "./settingsScript";
import type { AppStatus, HealthReport, SelfCheck } from "./conditions";
import { inWords, workOn } from "../work";
import { JOBS, parseContainers, RUN_IMAGE_SETTINGS } from "./jobs";

// By path: `tfe-admin` and its like are aliases of an interactive shell, and PATH of a remote command may lack /usr/local/bin.
const ADMIN = ["/usr/local/bin/replicated", "admin", "--no-tty"];
const CTL = "/usr/local/bin/replicatedctl";

/** Replicated's own: they keep the application's containers. */
const UNITS = ["replicated-operator.service", "replicated-ui.service", "replicated.service"] as const;

/** The commands as sent, by what they answer. */
export const COMMANDS = {
  drain: [...ADMIN, "node-drain"],
  healthCheck: [...ADMIN, "health-check"],
  appStatus: [CTL, "app", "status", "--output", "json"],
  systemStatus: [CTL, "system", "status"],
  setAppConfig: [...ADMIN, "app-config"],
  setAppConfigStopped: [CTL, "app-config", "set"],
  licence: [CTL, "license", "inspect"],
  containers: ["docker", "ps", "--format", "{{.ID}} {{.Image}} {{.Names}}"],
  /** Of containers whose image has lost its name: what they were created from. Their ids follow. */
  createdFrom: ["docker", "inspect", "--format", "{{.Id}} {{.Config.Image}}"],
  selfCheck: ["curl", "-ks", "--max-time", "20", "-w", "\\n%{http_code}", "https://127.0.0.1/_health_check?full=1"],
  stopApp: [CTL, "app", "stop"],
  startApp: [CTL, "app", "start"],
  supportBundle: [...ADMIN, "support-bundle"],
  diskFree: ["df", "-B1", "--output=avail", "/var/lib/replicated"],
} as const satisfies Record<string, readonly string[]>;

/**
 * Since v202408-1 `node-drain` returns only when the node is drained, and an apply may run for 24 hours. The bound is what
 * SSM Run Command allows (48 hours); the caller's signal ends it earlier.
 */
const DRAIN_TIMEOUT_MS = 172_800_000;

/** It asks every service in turn, each with a timeout of its own. */
const HEALTH_CHECK_TIMEOUT_MS = 120_000;

/** It gathers the logs of every container. */
const SUPPORT_BUNDLE_TIMEOUT_MS = 15 * 60_000;

/**
 * The commands of one node, by name. Every read throws `NODE_UNREACHABLE` or `NODE_ANSWER_UNREADABLE` when it cannot be made; what
 * acts may be repeated.
 */
export interface Replicated extends Preparing, Retiring {
  /** `node-drain`, which works on the node itself only. */
  drain(node: NodeAddress, signal?: AbortSignal): Promise<void>;
  /** Containers that execute runs. */
  activeWork(node: NodeAddress): Promise<number>;
  /** Those of them that are counted because nobody knows what they are. */
  unknownWork(node: NodeAddress): Promise<readonly string[]>;
  appStatus(node: NodeAddress): Promise<AppStatus>;
  /** `replicatedctl system status`: each part and its word, all of which must be "ready". */
  systemStatus(node: NodeAddress): Promise<Readonly<Record<string, string>>>;
  healthCheck(node: NodeAddress): Promise<HealthReport>;
  selfCheck(node: NodeAddress): Promise<SelfCheck>;
  appConfig(node: NodeAddress, request?: SettingsRequest): Promise<Settings>;
  /** Names of the settings in the secret that a build imports. */
  settingNames(node: NodeAddress, secretArn: string): Promise<readonly string[]>;
  appConfigSinceBuild(node: NodeAddress, request?: SettingsRequest): Promise<SettingsSinceBuild>;
  /** The settings now, and as the build those that a new node would have. */
  appConfigOfNext(node: NodeAddress, next: NextBuild, request: SettingsRequest): Promise<SettingsSinceBuild>;
  setAppConfig(node: NodeAddress, key: string, value: string): Promise<void>;
  licenceExpiry(node: NodeAddress): Promise<number | undefined>;
  stopApp(node: NodeAddress): Promise<void>;
  startApp(node: NodeAddress): Promise<void>;
  supportBundle(node: NodeAddress): Promise<string>;
  diskFree(node: NodeAddress): Promise<number>;
}

/** Terraform Enterprise under Replicated: `replicated admin` and `replicatedctl` on the node itself. */
export function replicated(shell: NodeShell, options: DialectOptions = {}): Replicated {
  const { read, act } = asker(shell, (argv) => !isScript(argv) && argv !== COMMANDS.licence);
  const nonce = newNonce();
  const retired = retiring({ read, act }, { runtime: "docker", stoppedBy: CTL, units: UNITS });
  const prepared = preparing({ read, act }, (word) => releaseOfSequence(Number(word)));
  const readSettings = (
    node: NodeAddress,
    documents: readonly Document[],
    request: SettingsRequest = {},
    next?: NextBuild,
  ) =>
    read(
      node,
      settingsCommand(nonce, documents, request, next),
      whenOk((stdout) => parseSettings(stdout, documents)),
    );

  const work = workOn(
    {
      containers: (node) => read(node, COMMANDS.containers, whenOk(parseContainers)),
      createdFrom: (node, ids) => act(node, [...COMMANDS.createdFrom, ...ids]),
      settings: async (node, keys) => (await readSettings(node, ["now"], { keys })).now,
    },
    JOBS,
    RUN_IMAGE_SETTINGS,
    options.workerImages,
  );

  return {
    ...prepared,
    ...retired,
    async drain(node, signal) {
      await act(node, COMMANDS.drain, { timeoutMs: DRAIN_TIMEOUT_MS, ...(signal && { signal }) });
    },
    async stopApp(node) {
      await act(node, COMMANDS.stopApp);
    },
    async startApp(node) {
      await retired.recall(node);
      await act(node, COMMANDS.startApp);
    },
    supportBundle: (node) => act(node, COMMANDS.supportBundle, { timeoutMs: SUPPORT_BUNDLE_TIMEOUT_MS }),
    activeWork: async (node) => (await work(node)).jobs,
    unknownWork: async (node) => (await work(node)).unknown.map(inWords),
    appStatus: (node) => read(node, COMMANDS.appStatus, whenOk(parseAppStatus)),
    systemStatus: (node) => read(node, COMMANDS.systemStatus, whenOk(parseSystemStatus)),
    // The exit status is part of its verdict; what it could not check it prints on either stream.
    healthCheck: (node) =>
      read(
        node,
        COMMANDS.healthCheck,
        (stdout, { stderr, exitCode }) => parseHealthCheck(`${stdout}\n${stderr}`, exitCode),
        HEALTH_CHECK_TIMEOUT_MS,
      ),
    selfCheck: (node) =>
      read(node, COMMANDS.selfCheck, (stdout, { exitCode }) => {
        const answer = parseHttpAnswer(stdout);
        // curl's own failure (refused, timed out half-way) is no answer, even if a status line had come.
        return answer && exitCode !== 0 ? { ...answer, status: 0 } : answer;
      }),
    appConfig: async (node, request) => (await readSettings(node, ["now"], request)).now,
    settingNames: (node, secretArn) => read(node, settingNamesCommand(secretArn), whenOk(parseSettingNames)),
    appConfigSinceBuild: (node, request) => readSettings(node, ["now", "built"], request),
    appConfigOfNext: (node, next, request) => readSettings(node, ["now", "next"], request, next),
    async setAppConfig(node, key, value) {
      const { exitCode } = await shell.run(node, [...COMMANDS.setAppConfig, "-k", key, "-v", value]);
      // That command is part of the application; where it does not run, Replicated itself takes a setting.
      if (exitCode !== 0) await act(node, [...COMMANDS.setAppConfigStopped, key, "--value", value]);
    },
    async licenceExpiry(node) {
      const end = await read(node, COMMANDS.licence, whenOk(parseLicenceExpiry));
      return end === "never" ? undefined : end;
    },
    diskFree: (node) => read(node, COMMANDS.diskFree, whenOk(parseDiskFree)),
  };
}
