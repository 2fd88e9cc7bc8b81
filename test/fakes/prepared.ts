import { RepaveError } from "../../orchestration/domain/errors";
import type { PreparedLaunch, PreparedNode, PreparedNodes } from "../../orchestration/ports/account/preparedNodes";
import type { FakeGroup } from "./group";
import { instanceOf, isOutside, type Machine } from "./machine";

/** Machines outside of the group: see world.md. */
export class FakePreparedNodes implements PreparedNodes {
  /** Why AWS refuses to launch one; undefined: it does not. */
  refusal: string | undefined;
  readonly #byToken = new Map<string, Machine>();

  constructor(readonly group: FakeGroup) {}

  list(): Promise<readonly PreparedNode[]> {
    const there = this.group.machines.filter(isOutside).map((machine) => this.#toNode(machine));
    return Promise.resolve(there.filter(({ state }) => state !== "terminated"));
  }

  launch({ templateVersion, runId, hop, ordinal }: PreparedLaunch): Promise<PreparedNode> {
    const { refusal, group } = this;
    const why = refusal ?? (group.launches ? undefined : "AWS has no capacity");
    const token = `${runId}-${hop}-${ordinal}`;
    const known = this.#byToken.get(token);
    if (!known && why !== undefined) return Promise.reject(new RepaveError("PREPARE_FAILED", why));
    const machine = known ?? group.launchAlone(templateVersion, { runId, hop });
    if (!known) group.acts.push(`prepare ${machine.id}`);
    this.#byToken.set(token, machine);
    return Promise.resolve(this.#toNode(machine));
  }

  async attach(instanceId: string, lastCheck?: () => Promise<void>): Promise<void> {
    await lastCheck?.();
    this.group.acts.push(`attach ${instanceId}`);
    if (!this.group.attach(instanceId)) throw new RepaveError("AWS_REFUSED", `${instanceId} cannot be attached`);
  }

  terminate(instanceIds: readonly string[]): Promise<void> {
    for (const id of instanceIds) {
      const { alone } = this.group.machine(id);
      if (alone?.attachedAt !== undefined || alone?.toldAt !== undefined)
        this.group.violations.push(`never-kill-a-booting-node: ${id} was told to start, and is terminated`);
      this.group.acts.push(`drop ${id}`);
      this.group.kill(id);
    }
    return Promise.resolve();
  }

  #toNode(machine: Machine): PreparedNode {
    const { alone, version } = machine;
    const { id, privateIp, state, imageId, launchedAt } = instanceOf(
      machine,
      this.group.clock.now(),
      this.group.timings,
    );
    const { runId = "", hop = 0 } = alone ?? {};
    return { id, privateIp, state, templateVersion: version, imageId, launchedAt, runId, hop };
  }
}
