import type { BuildConfig, StackOutputs } from "../../infra/contract";
import { TAG_KEYS } from "../../orchestration/dialects/fdo/tags";
import { RepaveError } from "../../orchestration/domain/errors";
import { ALLOWED_CHANGES, unrepeated } from "../../orchestration/adapters/pulumi/allowedChanges";
import type { ContractStack } from "../../orchestration/adapters/pulumi/stack";
import type { ResourceChange } from "../../orchestration/domain/changes";
import type { LastCheck } from "../../orchestration/ports/lastCheck";
import type { FakeGroup } from "./group";

type Config = BuildConfig & { readonly image: string; readonly nodeCount: number };

/** The release by number or name, as the configuration has it. */
const named = ({ releaseSequence, imageTag }: BuildConfig): number | string => imageTag ?? releaseSequence ?? 0;

/** What the release's name stands for: one that was found for another name does not count. */
const digestOf = (config: BuildConfig): string | undefined => TAG_KEYS.digestOf(config);

const isDigest = (config: BuildConfig): { readonly digest?: string } => {
  const digest = digestOf(config);
  return digest === undefined ? {} : { digest };
};

const tooMany = (): RepaveError =>
  new RepaveError("STACK_UPDATE_FAILED", "nodeCount must not be greater than maxNodes");

const UPDATE_MS = 1000;

const update = (type: string, name: string, properties: readonly string[]): ResourceChange => ({
  type,
  name,
  op: "update",
  properties,
});

/** The simulated stack: what is written in its file, what the last update made of it, and who else holds it. */
export class FakeStack implements ContractStack {
  readonly allowed = ALLOWED_CHANGES;
  /** Operations that a killed update left behind. */
  pending: readonly string[] = [];
  /** What else the next update would change: somebody edited the program. It is made with everything else, and then is no change. */
  alsoChanges: readonly ResourceChange[] = [];
  /** What AWS holds back until a maintenance window of its own: every preview shows it, whatever was applied. */
  waits: readonly ResourceChange[] = [];
  /** Updates fail, before they did anything or after all was done: the next one, or all until it is mended. */
  fails: { readonly when: "before" | "after"; readonly until: "next" | "mended" } | undefined;
  written: Config;
  /** The file's `maxNodes`. */
  maxNodes: number;
  /** The file's `appConfig`. */
  settings: Readonly<Record<string, string>> = { capacity_concurrency: "10" };
  /** What the last update was given: its outputs say so, and a preview compares with it, not with the group. */
  #deployed: Config;
  #updating = false;

  constructor(
    readonly group: FakeGroup,
    config: Config,
  ) {
    this.written = config;
    this.#deployed = config;
    this.maxNodes = Math.max(2, config.nodeCount);
  }

  config(): Promise<Config> {
    return Promise.resolve(this.written);
  }

  fingerprint(): Promise<Readonly<Record<string, string>>> {
    return Promise.resolve({ "tfe:appConfig": JSON.stringify(this.settings) });
  }

  outputs(): Promise<StackOutputs & Pick<BuildConfig, "imageTag" | "imageDigest">> {
    const { imageTag, imageDigest } = this.#deployed;
    return Promise.resolve({
      ...(imageTag === undefined ? {} : { imageTag }),
      ...(imageDigest === undefined ? {} : { imageDigest }),
      groupName: "tfe-test",
      launchTemplateId: "lt-1",
      latestTemplateVersion: this.group.templates.length,
      activeTemplateVersion: this.group.pinned,
      releaseSequence: this.#deployed.releaseSequence ?? 0,
      image: this.#deployed.image,
      nodeCount: this.#deployed.nodeCount,
      targetGroupArn: "arn:tg",
      healthCheckUrl: `https://tfe.test${this.#deployed.healthPath ?? "/_health_check"}`,
      transport: "ssm",
      appConfig: { capacity_concurrency: "10" },
    });
  }

  appConfig(): Promise<Readonly<Record<string, string>>> {
    return Promise.resolve(this.settings);
  }

  keepAppConfig(change: Readonly<Record<string, string>>): Promise<void> {
    this.settings = { ...this.settings, ...change };
    return Promise.resolve();
  }

  /** Others' runs wrote newer values than this file has. */
  behind: string | undefined;

  outOfDate(): Promise<string | undefined> {
    return Promise.resolve(this.behind);
  }

  /** Why nobody can write the file. */
  sealed: string | undefined;

  unwritable(): Promise<string | undefined> {
    return Promise.resolve(this.sealed);
  }

  bringUpToDate(): Promise<string | undefined> {
    const { behind } = this;
    this.behind = undefined;
    return Promise.resolve(behind);
  }

  write(change: BuildConfig): Promise<void> {
    this.written = { ...this.written, ...change };
    return Promise.resolve();
  }

  pendingOperations(): Promise<readonly string[]> {
    return Promise.resolve(unrepeated(this.pending));
  }

  preview(change: BuildConfig): Promise<readonly ResourceChange[]> {
    if (this.#isTooMany(change.nodeCount)) return Promise.reject(tooMany());
    return Promise.resolve(this.#difference({ ...this.written, ...change }));
  }

  async apply(change: BuildConfig, lastCheck?: LastCheck): Promise<readonly ResourceChange[]> {
    if (this.#updating) throw new RepaveError("STACK_LOCKED", "test");
    if (this.sealed !== undefined) throw new RepaveError("STACK_FILE_UNWRITABLE", this.sealed);
    this.written = { ...this.written, ...change };
    this.#updating = true;
    await Promise.resolve(lastCheck?.()).finally(() => (this.#updating = false));
    const [changes, failure] = [this.#difference(this.written), this.fails?.when];
    if (this.fails?.until === "next") this.fails = undefined;
    if (failure === "before") throw new RepaveError("STACK_UPDATE_FAILED", "no answer");
    if (this.#isTooMany(this.written.nodeCount)) throw tooMany();
    this.#updating = true;
    await this.group.clock.sleep(UPDATE_MS);
    this.#updating = false;
    this.#become(this.written);
    if (failure === "after") throw new RepaveError("STACK_UPDATE_FAILED", "connection reset");
    return changes;
  }

  #isTooMany(nodeCount = 0): boolean {
    return nodeCount > this.maxNodes;
  }

  #become(config: Config): void {
    const { group } = this;
    const { image, rebuild, nodeCount, activeTemplateVersion } = config;
    const release = named(config);
    if (this.#isNewBuild(config))
      group.templates.push({ release, image, ...isDigest(config), ...(rebuild === undefined ? {} : { rebuild }) });
    const before = this.#deployed;
    this.#deployed = config;
    this.alsoChanges = [];
    group.acts.push(`capacity ${nodeCount} version ${activeTemplateVersion ?? group.pinned}`);
    // Otherwise the group is left as somebody else may have made it.
    if (activeTemplateVersion !== undefined && activeTemplateVersion !== before.activeTemplateVersion)
      group.pin(activeTemplateVersion);
    const { attaching = 0 } = config;
    if (nodeCount !== before.nodeCount || attaching !== (before.attaching ?? 0))
      group.scale(nodeCount, "run", attaching);
  }

  #isNewBuild(config: Config): boolean {
    const { image, rebuild } = config;
    const newest = this.group.templates.at(-1);
    return (
      newest?.release !== named(config) ||
      newest.image !== image ||
      newest.rebuild !== rebuild ||
      newest.digest !== digestOf(config)
    );
  }

  #difference(next: Config): readonly ResourceChange[] {
    const { nodeCount, attaching = 0, activeTemplateVersion: pinned = this.group.pinned } = this.#deployed;
    const moved = [
      ...(next.nodeCount === nodeCount ? [] : ["desiredCapacity", "minSize"]),
      ...(next.nodeCount + (next.attaching ?? 0) === nodeCount + attaching ? [] : ["maxSize"]),
      ...((next.activeTemplateVersion ?? pinned) === pinned ? [] : ["launchTemplate"]),
    ].sort();
    return [
      ...(this.#isNewBuild(next)
        ? [update("aws:ec2/launchTemplate:LaunchTemplate", "build", ["description", "userData"])]
        : []),
      ...(moved.length > 0 ? [update("aws:autoscaling/group:Group", "fleet", moved)] : []),
      ...(next.healthPath === this.#deployed.healthPath
        ? []
        : [update("aws:lb/targetGroup:TargetGroup", "entrypoint", ["healthCheck"])]),
      ...this.alsoChanges,
      ...this.waits,
    ];
  }
}
