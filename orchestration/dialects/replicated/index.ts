import { HEALTH_PATH } from "../../../infra/nodes/replicated/healthPath";
import { givenSettings, missingSettings, ownSettings, SHARED_DATABASE } from "../../../infra/nodes/replicated/settings";
import { attempt, type Attempt } from "../../domain/health";
import type { NodeAddress } from "../../ports/nodeShell";
import type { Tfe, TfeFacts } from "../../ports/tfe";
import type { Dialect, DialectOptions } from "../dialect";
import { without, withoutSecret } from "../nextBuild";
import { written } from "../keepSettings";
import { BUNDLES } from "./bundles";
import { replicated, type Replicated } from "./commands";
import { nodeAnswers, stateOf } from "./conditions";
import { SEQUENCE_KEYS } from "./sequences";
import { SETTINGS } from "./settings";
import { keepCommand, revealing } from "./settingsScript";

const FACTS: TfeFacts = {
  settings: SETTINGS,
  bundles: BUNDLES,
  healthPath: () => HEALTH_PATH,
  quietAfterZeroMs: () => 0,
  // Those of its releases are hazards in the table of releases.
  drainHazards: () => [],
};

/** Terraform Enterprise on Replicated. */
export const REPLICATED: Dialect = {
  packaging: "replicated",
  keys: SEQUENCE_KEYS,
  facts: FACTS,
  node: (shell, options) => tfeOver(replicated(shell, options), options),
  keepSettings: (shell, _, node, kept) => written(shell, node, keepCommand(kept)),
};

/** The build takes the authorities from a secret of their own. */
const FROM_ELSEWHERE: readonly string[] = ["ca_certs"];

/** The port over the commands of a node. */
export function tfeOver(commands: Replicated, { settingsSecretArn, hostname = "" }: DialectOptions = {}): Tfe {
  return {
    packaging: "replicated",
    facts: FACTS,
    fetch: () => Promise.resolve(undefined),
    upgradeCheck: () => Promise.resolve(undefined),
    async observe(node) {
      const ask = <T>(check: (at: NodeAddress) => Promise<T>): Promise<Attempt<T>> =>
        node.made ? attempt(() => check(node.value)) : Promise.resolve(node);
      const [system, app, health, self] = await Promise.all([
        ask((at) => commands.systemStatus(at)),
        ask((at) => commands.appStatus(at)),
        ask((at) => commands.healthCheck(at)),
        ask((at) => commands.selfCheck(at)),
      ]);
      return nodeAnswers({ system, app, health, self });
    },
    state: async (node) => stateOf(await commands.appStatus(node)),
    drain: (node, signal) => commands.drain(node, signal),
    preparation: (node) => commands.preparation(node),
    async startPrepared(node, lastCheck) {
      await lastCheck?.();
      await commands.startPrepared(node);
    },
    activeWork: (node) => commands.activeWork(node),
    unknownWork: (node) => commands.unknownWork(node),
    async stop(node, lastCheck) {
      await lastCheck?.();
      await commands.stopApp(node);
    },
    start: (node) => commands.startApp(node),
    retire: (node) => commands.retire(node),
    settings: (node, request) => commands.appConfig(node, request),
    settingsSinceBuild: (node, request) => commands.appConfigSinceBuild(node, request),
    async settingsOfNextBuild(node, plain) {
      if (settingsSecretArn === undefined) throw withoutSecret(node);
      const given = { ...givenSettings(plain), ...SHARED_DATABASE };
      const next = { secretArn: settingsSecretArn, own: ownSettings(hostname), given };
      return without(await commands.appConfigOfNext(node, next, { plain: Object.keys(plain) }), FROM_ELSEWHERE);
    },
    async missingSettings(node, secretArn, given) {
      const inSecret = await commands.settingNames(node, secretArn);
      return missingSettings([...inSecret, ...given, ...Object.keys(ownSettings(""))]);
    },
    revealing,
    setSetting: (node, key, value) => commands.setAppConfig(node, key, value),
    licenceEnds: (node) => commands.licenceExpiry(node),
    diskFree: (node) => commands.diskFree(node),
    nodeName: ({ privateIp }) => Promise.resolve(privateIp),
    supportBundle: (node) => commands.supportBundle(node),
  };
}
