import { setTimeout as delay } from "node:timers/promises";
import { examine, type Line, ROW_MS } from "../../orchestration/doctor/examine";
import { ROWS } from "../../orchestration/doctor/rows";
import type { StackFacts, World } from "../../orchestration/doctor/world";
import { ALWAYS } from "../../orchestration/domain/window/calendar";
import type { CloudSight, EngineSight, StoreSight } from "../../orchestration/ports/diagnosis";

const ACCOUNT = "123456789012";

export const NOW = Date.UTC(2026, 0, 5, 8);

/** What a stack says that is as it should be. */
export const FACTS: StackFacts = {
  name: "production",
  file: "Pulumi.production.yaml",
  hostname: "tfe.example.com",
  healthUrl: "https://tfe.example.com/_health_check",
  groupName: "tfe-production",
  places: [{ key: "tfe:certificateArn", region: "eu-west-1", account: ACCOUNT }],
  transport: "ssm",
  nodeRole: "tfe-production-node",
  calendar: () => ALWAYS,
  wanted: () => [{ actions: ["autoscaling:SuspendProcesses"], resources: [], context: {} }],
};

export const ENGINE: EngineSight = {
  find: () => Promise.resolve({ version: "3.259.0", where: "on PATH", command: "pulumi" }),
  plugins: () => Promise.resolve({ present: [{ name: "aws", version: "7.48.0" }], missing: [], attached: [] }),
  login: () => Promise.resolve({ user: "ann", url: "s3://state" }),
  encrypts: () => Promise.resolve("awskms"),
};

export const CLOUD: CloudSight = {
  region: () => Promise.resolve("eu-west-1"),
  identity: () =>
    Promise.resolve({
      account: ACCOUNT,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/operator/ann`,
      expiresAt: NOW + 50 * 60_000,
      temporary: true,
    }),
  skewMs: () => Promise.resolve(200),
  simulate: () => Promise.resolve({ denied: [], open: [] }),
  nodes: () => Promise.resolve([{ instanceId: "i-1", privateIp: "10.0.0.1" }]),
  agents: () => Promise.resolve(new Map([["i-1", { ping: "Online", version: "3.3", isLatest: true, heardAt: NOW }]])),
};

export const STORE: StoreSight = {
  where: "/runs/production",
  store: {
    makeSureOfRoom: () => Promise.resolve(),
    list: () => Promise.resolve([]),
    lease: () => Promise.resolve(undefined),
  },
  tryLock: () => Promise.resolve(),
};

/** A world in which nothing is wrong, with these parts of it changed. */
export const aWorld = (change: Partial<World> = {}): World => ({
  machine: {
    platform: "linux",
    node: () => ({ version: "24.1.0", needed: ">=20.19", fits: true }),
    npm: () => Promise.resolve({ version: "11.0.0", needed: ">=10", fits: true }),
  },
  engine: ENGINE,
  service: {
    ask: () =>
      Promise.resolve({
        kind: "answered",
        status: 200,
        addresses: ["10.0.9.1"],
        ms: 12.4,
        certificateEndsAt: NOW + 90 * 86_400_000,
      }),
  },
  ssh: { reach: () => Promise.resolve(), byHand: ({ privateIp }) => `ssh ${privateIp} true` },
  now: () => NOW,
  runTime: () => NOW,
  stack: { name: "production" },
  facts: () => FACTS,
  cloud: () => CLOUD,
  store: () => STORE,
  receivers: () => ({ receivers: [], problems: [] }),
  credentials: { login: () => Promise.resolve("aws sso login --profile ops"), fromEnvironment: false },
  notify: false,
  ...change,
});

/** What `doctor` shows of a world. `patienceMs`: real milliseconds that a row has. */
export async function examined(
  world: World,
  patienceMs = 9_000,
  clean = (text: string): string => text,
): Promise<readonly Line[]> {
  const rows = examine(ROWS, world, {
    signal: new AbortController().signal,
    sleep: (ms, signal) => delay((ms * patienceMs) / ROW_MS, undefined, { signal }).catch(() => undefined),
    clean,
  });
  return (await Promise.all(rows)).flat();
}

/** The rows that are not as they should be, by id: what was seen and the fix, or why nothing was. */
export const wrongIn = (lines: readonly Line[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    lines
      .filter(({ state }) => state !== "ok")
      .map((line) => [line.id, line.state === "failed" ? `${line.seen} → ${line.fix}` : `– ${line.seen}`]),
  );
