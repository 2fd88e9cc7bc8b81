import { join } from "node:path";
import { startSsh } from "../../../lab/ssh/servers";
import { consoleOutput } from "../../../orchestration/adapters/aws/console";
import { consoleHostKeys } from "../../../orchestration/adapters/nodeShell/hostKeys";
import { sshShell } from "../../../orchestration/adapters/nodeShell/sshShell";
import { ssmShell } from "../../../orchestration/adapters/nodeShell/ssmShell";
import { replicated } from "../../../orchestration/dialects/replicated/commands";
import type { NodeShell } from "../../../orchestration/ports/nodeShell";
import { describeNodeShellContract, type NodeShellSubject } from "../../contract/nodeShell";
import { temporaryFolder } from "../../lab/temporary";
import { serveEstate, type ServedEstate } from "../../lab/servedEstate";

// Both ways to a node, over the lab's real protocols: AWS's JSON over HTTP, and SSH with the system's client.

const NOBODY = { instanceId: "i-0ffffffffffffffff", privateIp: "10.9.9.9" };

type Opened = NodeShellSubject & { readonly shell: NodeShell };

async function overSsm(): Promise<Opened> {
  const lab = await serveEstate({ count: 1, runs: true });
  return { ...commands(lab), shell: ssmShell(lab), close: () => lab.close() };
}

async function overSsh(): Promise<Opened> {
  const folder = await temporaryFolder();
  const lab = await serveEstate({ count: 1, runs: true });
  const ssh = await startSsh(lab.region, folder.path, lab.advance);
  await ssh.reconcile();
  const hostKeys = consoleHostKeys({
    consoleOutput: (instanceId, which) => consoleOutput(lab.clients.ec2, instanceId, which),
    folder: join(folder.path, "host-keys"),
    clock: lab.clock,
  });
  return {
    ...commands(lab),
    shell: sshShell({ clock: lab.clock, configFile: ssh.configFile, hostKeys }),
    async close() {
      await ssh.close();
      await lab.close();
      await folder.remove();
    },
  };
}

function commands({ region, only }: ServedEstate) {
  const { id: instanceId, privateIp } = only();
  // A run that goes on for hours, so that a drain does.
  region.state.jobs.push({
    id: "run-long",
    queuedAt: region.state.now,
    durationMs: 36_000_000,
    instanceId,
    startedAt: region.state.now,
    endsAt: region.state.now + 36_000_000,
  });
  only().node.release = 781;
  return {
    node: { instanceId, privateIp },
    nobody: NOBODY,
    works: { argv: ["/usr/local/bin/replicatedctl", "system", "status"], prints: /"Replicated":"ready"/ },
    fails: { argv: ["/usr/local/bin/replicatedctl", "no-such-command"], exitCode: 1 },
    lasts: { argv: ["/usr/local/bin/replicated", "admin", "--no-tty", "node-drain"] },
  };
}

describeNodeShellContract("SSM Run Command", overSsm);
describeNodeShellContract("OpenSSH", overSsh);

describe.each([
  ["SSM Run Command", overSsm],
  ["OpenSSH", overSsh],
])("a node's application over %s", (_name, open) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open();
  }, 60_000);
  afterAll(() => opened.close());

  it("answers every question in a form that is understood", async () => {
    const { shell, node } = opened;
    const tfe = replicated(shell);
    expect(await tfe.appStatus(node)).toEqual({
      release: "v202408-1",
      state: "started",
      desiredState: "started",
      isTransitioning: false,
    });
    expect(await tfe.systemStatus(node)).toEqual({ Replicated: "ready", Retraced: "ready" });
    const health = await tfe.healthCheck(node);
    expect(health.failed).toEqual([]);
    expect(health.passed).toContain("Archivist Health Check");
    expect(await tfe.selfCheck(node)).toMatchObject({ status: 200 });
    expect(await tfe.activeWork(node)).toBeGreaterThanOrEqual(1);
    expect(await tfe.diskFree(node)).toBe(61_203_283_968);
    expect(await tfe.appConfig(node)).toMatchObject({ enable_active_active: { plain: "1" } });
    expect(await tfe.licenceExpiry(node)).toBe(Date.UTC(2031, 0, 1));
  }, 60_000);
});
