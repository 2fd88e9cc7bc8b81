/** Draining one node, which its command only begins. */
import { RepaveError } from "../../domain/errors";
import { attempt } from "../../domain/health";
import type { NodeAddress } from "../../ports/nodeShell";
import type { Fdo } from "./commands";
import { isContainer } from "./conditions";
import type { Inspected } from "./containers";
import type { Sight } from "./sight";

/** How often a node is asked, with a pause between, whether it has heard of its drain. */
const LOOKS = 20;

export interface Drains {
  /**
   * Begins the drain, apart from the connection: it may take as long as a run. Resolves when the node no longer says that it is ready for
   * work, where its release says so at all. Throws `NODE_COMMAND_FAILED`.
   */
  start(node: NodeAddress, signal?: AbortSignal): Promise<void>;
  /** Throws `NODE_COMMAND_FAILED` where the application began anew since its drain: then it takes work again. */
  requireKept(node: NodeAddress): Promise<void>;
  /** The node is stopped or started on purpose. */
  forget(node: NodeAddress): void;
}

export function drains(commands: Fdo, sight: Sight): Drains {
  /** The container that was drained, by node. */
  const drained = new Map<string, Pick<Inspected, "id" | "restarts">>();

  const failed = ({ instanceId }: NodeAddress, why: string): RepaveError =>
    new RepaveError("NODE_COMMAND_FAILED", `${instanceId}: ${why}`);

  async function heardOf(node: NodeAddress, found: Inspected, signal: AbortSignal | undefined): Promise<void> {
    const probe = await sight.probe(node, found);
    // The old health check answers the same, drained or not: nothing can be seen of it but the runs that end.
    if (probe.kind === "health check") return;
    for (let look = 0; look < LOOKS; look += 1) {
      const answer = await attempt(() => commands.readiness(node, probe.path));
      // A page that is not there, or an error without the word, is another's answer and shows nothing.
      if (answer.made && answer.value.word !== undefined && answer.value.word !== "OK") return;
      await commands.pause(node, signal);
    }
    throw failed(node, "it was told to drain, and still says that it is ready for work");
  }

  return {
    async start(node, signal) {
      const found = await sight.container(node);
      if (!isContainer(found) || found.state !== "running") throw failed(node, "the application does not run");
      await commands.startDrain(node, found.id, signal);
      drained.set(node.instanceId, found);
      await heardOf(node, found, signal);
    },
    async requireKept(node) {
      const before = drained.get(node.instanceId);
      if (!before) return;
      const now = await commands.application(node);
      // Without a container there is nothing that takes work.
      if (!now || (now.id === before.id && now.restarts === before.restarts)) return;
      drained.delete(node.instanceId);
      throw failed(node, "the application began anew since its drain, and takes work again: it must be drained again");
    },
    forget: ({ instanceId }) => void drained.delete(instanceId),
  };
}
