import { alive } from "../domain/fleet";
import type { Ports } from "../run/context";
import { address, lookAt } from "../fleet/sight";
import { stamp } from "../run/stamp";
import type { Run } from "../run/run";

/**
 * Saves what the nodes show at the moment of a halt: every status, the console, and a support bundle where the node can make one.
 * Nothing here may fail the run again: what is not available is recorded as such. Application settings are never read: they hold secrets.
 */
export async function collectEvidence(ports: Ports, run: Run): Promise<void> {
  const fleet = await ports.fleet.describe();
  for (const instance of alive(fleet)) {
    const tried = async <T>(what: () => Promise<T>): Promise<T | string> =>
      what().catch((error: unknown) => `not available: ${String(error)}`);
    const { answers } = await lookAt(ports.tfe, fleet, instance.id);
    const evidence = {
      instance,
      ...answers.raw,
      console: await tried(() => ports.fleet.consoleOutput(instance.id)),
      supportBundle: await tried(() => ports.tfe.supportBundle(address(instance))),
    };
    // A run may halt more than once: what was kept of the first halt stays.
    const name = `evidence-${instance.id}-${stamp(ports.clock.now())}.json`;
    const where = await ports.store.save(run.id, name, JSON.stringify(evidence, null, 2));
    await run.record({ event: "evidence.saved", instanceId: instance.id, name, where });
  }
}
