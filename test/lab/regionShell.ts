import type { RegionApi } from "../../lab/region/api";
import { shellLine } from "../../orchestration/adapters/nodeShell/shellLine";
import { RepaveError } from "../../orchestration/domain/errors";
import type { Clock } from "../../orchestration/ports/clock";
import type { NodeShell } from "../../orchestration/ports/nodeShell";

const POLL_MS = 500;
/** OpenSSH's exit status when the connection breaks. */
const CONNECTION_LOST = 255;

/** Runs commands on the nodes of a region in this process, without a protocol in between; the clock must move the region. */
export const regionShell = (region: RegionApi, clock: Clock): NodeShell => ({
  async run({ instanceId }, argv, { timeoutMs = 60_000, signal } = {}) {
    signal?.throwIfAborted();
    const exec = begun(region, instanceId, shellLine(argv));
    const end = clock.now() + timeoutMs;
    while (!exec.result) {
      if (clock.now() >= end) throw new RepaveError("NODE_COMMAND_TIMEOUT", instanceId);
      await clock.sleep(POLL_MS, signal);
    }
    if (exec.result.exitCode === CONNECTION_LOST) throw new RepaveError("NODE_UNREACHABLE", instanceId);
    return exec.result;
  },
});

function begun(region: RegionApi, instanceId: string, line: string): ReturnType<RegionApi["exec"]> {
  try {
    return region.exec(instanceId, line);
  } catch (thrown) {
    throw new RepaveError("NODE_UNREACHABLE", String(thrown));
  }
}
