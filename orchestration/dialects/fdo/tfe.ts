import { SET_BY_BUILD } from "../../../infra/nodes/fdo/environment";
import { givenEnvironment } from "../../../infra/nodes/fdo/userData";
import { RepaveError } from "../../domain/errors";
import type { NodeAddress } from "../../ports/nodeShell";
import type { Tfe, TfeFacts } from "../../ports/tfe";
import { without, withoutSecret } from "../nextBuild";
import { inWords, workOn } from "../work";
import { BUNDLES, nodeName } from "./bundles";
import { capabilitiesOf, drainHazardsOf, healthPathOf, otherHealthPathsOf } from "./capabilities";
import type { Fdo } from "./commands";
import { nodeAnswers, stateOf } from "./conditions";
import { besidesApplication, type Inspected, JOBS, RUN_IMAGE_SETTINGS, type Runtime } from "./containers";
import { drains } from "./drain";
import { bothOfFleet, missingSettings, ofFleet, revealing, SETTINGS } from "./settings";
import { sights } from "./sight";

/** What is known of the nodes beforehand. */
export interface Given {
  readonly runtime: Runtime;
  readonly imageRepository: string;
  readonly workerImages: readonly string[] | undefined;
  /** Absent: the stack names none. */
  readonly settingsSecretArn?: string | undefined;
}

export const FACTS: TfeFacts = {
  settings: SETTINGS,
  bundles: BUNDLES,
  healthPath: healthPathOf,
  otherHealthPaths: otherHealthPathsOf,
  quietAfterZeroMs: (release) => capabilitiesOf(release).quietAfterZeroMs,
  drainHazards: drainHazardsOf,
};

/** The container of the application. Throws `NODE_ANSWER_UNREADABLE` where there is none: what only that knows cannot be read. */
export async function theApplication(commands: Pick<Fdo, "application">, node: NodeAddress): Promise<Inspected> {
  const found = await commands.application(node);
  if (found) return found;
  throw new RepaveError("NODE_ANSWER_UNREADABLE", `${node.instanceId}: no container of the application`);
}

/** The port over the commands of a node. */
export function tfeOver(
  commands: Fdo,
  { runtime, imageRepository, workerImages, settingsSecretArn: secretArn }: Given,
): Tfe {
  const sight = sights(commands);
  const drain = drains(commands, sight);
  const nodeSettings = async (node: NodeAddress, keys?: readonly string[]) =>
    commands.settings(node, (await application(node)).id, keys && { keys });
  const work = workOn(
    {
      containers: async (node) => besidesApplication(await commands.containers(node), imageRepository),
      createdFrom: (node, ids) => commands.createdFrom(node, ids),
      settings: runImages,
    },
    JOBS,
    RUN_IMAGE_SETTINGS,
    workerImages,
  );

  /** The images of runs as a running application knows them; one that does not run starts none. */
  async function runImages(node: NodeAddress, keys: readonly string[]) {
    return (await commands.application(node)) === undefined ? {} : nodeSettings(node, keys);
  }

  const application = (node: NodeAddress): Promise<Inspected> => theApplication(commands, node);

  const imageOf = (tag: string): string => `${imageRepository}:${tag}`;

  return {
    packaging: "fdo",
    facts: FACTS,
    observe: async (node) => nodeAnswers(await sight.everything(node)),
    async state(node) {
      const found = await sight.container(node);
      return stateOf(found, await sight.readiness(node, found));
    },
    drain: (node, signal) => drain.start(node, signal),
    fetch: (node, release, signal) => commands.fetch(node, imageOf(release), signal),
    async upgradeCheck(node, release) {
      if (!capabilitiesOf(release).upgradeCheck) return undefined;
      return commands.upgradeCheck(node, (await application(node)).id, imageOf(release));
    },
    preparation: (node) => commands.preparation(node),
    async startPrepared(node, lastCheck) {
      await lastCheck?.();
      await commands.startPrepared(node);
    },
    async activeWork(node) {
      await drain.requireKept(node);
      return (await work(node)).jobs;
    },
    unknownWork: async (node) => (await work(node)).unknown.map(inWords),
    async stop(node, lastCheck) {
      await lastCheck?.();
      drain.forget(node);
      await commands.stop(node);
    },
    async start(node) {
      drain.forget(node);
      await commands.start(node);
    },
    retire(node) {
      drain.forget(node);
      return commands.retire(node);
    },
    async settings(node, request) {
      return ofFleet(await commands.settings(node, (await application(node)).id, request));
    },
    async settingsSinceBuild(node, request) {
      return bothOfFleet(await commands.settingsSinceBuild(node, (await application(node)).id, request));
    },
    async settingsOfNextBuild(node, plain) {
      if (secretArn === undefined) throw withoutSecret(node);
      const next = { secretArn, own: {}, given: givenEnvironment(plain) };
      const { id } = await application(node);
      const read = await commands.settingsOfNext(node, id, next, { plain: Object.keys(plain) });
      return without(bothOfFleet(read), SET_BY_BUILD);
    },
    missingSettings: async (node, secretArn, given) =>
      missingSettings([...(await commands.settingNames(node, secretArn)), ...given]),
    revealing: (key) => revealing(runtime, key),
    setSetting: (_, key) =>
      Promise.reject(new RepaveError("SETTING_NEEDS_REPAVE", SETTINGS.setElsewhere?.(key) ?? key)),
    async licenceEnds(node) {
      const end = await commands.licenceEnd(node, (await application(node)).id);
      return end === "never" ? undefined : end;
    },
    diskFree: (node) => commands.diskFree(node),
    nodeName: async (node) => nodeName((await application(node)).id),
    supportBundle: async (node) => commands.supportBundle(node, (await application(node)).id),
  };
}
