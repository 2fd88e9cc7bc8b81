import { createHash } from "node:crypto";
import { RepaveError } from "../../orchestration/domain/errors";
import type { Release } from "../../orchestration/domain/release";
import type { NodeAddress } from "../../orchestration/ports/nodeShell";
import type { Fetched, Tfe, UpgradeCheck } from "../../orchestration/ports/tfe";
import type { FakeGroup } from "./group";

/** How a fleet of the other dialect behaves: releases have names, are fetched ahead, and check an upgrade themselves. See world.md. */
export class OtherDialect {
  /** How long nothing may run before the first start of a release. */
  quietMs = 30_000;
  fetchMs = 95_000;
  /** What a name stands for, where it is not its first digest. */
  readonly digests = new Map<string, string>();
  /** What the node says when it cannot fetch a release. */
  readonly unavailable = new Map<string, string>();
  /** What a release's own check answers; the others have none. */
  readonly checks = new Map<string, UpgradeCheck>();
  readonly hazards = new Map<string, readonly string[]>();
  /** Paths on which a release answers; the others answer on the one that the load balancer of the world asks. */
  readonly paths = new Map<string, readonly string[]>();
  /** Every fetch and every check, in order. */
  readonly asked: string[] = [];

  constructor(readonly group: FakeGroup) {
    group.silenceMs = () => this.quietMs;
  }

  /** The port of a node of this dialect: in all but what is new it behaves as the other one. */
  over(tfe: Tfe): Tfe {
    const pathsOf = (release: Release): readonly string[] => this.paths.get(release) ?? ["/_health_check"];
    return {
      ...tfe,
      packaging: "fdo",
      facts: {
        ...tfe.facts,
        healthPath: (release) => pathsOf(release)[0] ?? "",
        otherHealthPaths: (release) => pathsOf(release).slice(1),
        quietAfterZeroMs: () => this.quietMs,
        drainHazards: (release) => this.hazards.get(release) ?? [],
        settings: { ...tfe.facts.settings, ignoredChecks: IGNORED_CHECKS },
      },
      fetch: (node, release, signal) => this.#fetch(tfe, node, release, signal),
      upgradeCheck: async (node, release) => {
        await tfe.diskFree(node);
        this.asked.push(`check ${release} on ${node.instanceId}`);
        return this.checks.get(release);
      },
    };
  }

  digestOf = (release: string): string => this.digests.get(release) ?? digest(release);

  async #fetch(tfe: Tfe, node: NodeAddress, release: Release, signal?: AbortSignal): Promise<Fetched> {
    // A node that no command reaches is not asked.
    await tfe.diskFree(node);
    await this.group.clock.sleep(this.fetchMs, signal);
    this.asked.push(`fetch ${release} on ${node.instanceId}`);
    const why = this.unavailable.get(release);
    if (why !== undefined) throw new RepaveError("NODE_COMMAND_FAILED", `${node.instanceId}: ${why}`);
    return { digest: this.digestOf(release), seconds: this.fetchMs / 1000 };
  }
}

/** The setting that lists startup checks whose failure is ignored. */
export const IGNORED_CHECKS = "ignored_checks";

/** A digest that nothing but this text has. */
export const digest = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;
