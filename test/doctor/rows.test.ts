import { setTimeout as delay } from "node:timers/promises";
import { withoutSecrets } from "../../infra/secrets";
import { ROWS } from "../../orchestration/doctor/rows";
import type { World } from "../../orchestration/doctor/world";
import { RepaveError } from "../../orchestration/domain/errors";
import { parseCalendar } from "../../orchestration/domain/window/calendar";
import { aWorld, CLOUD, ENGINE, examined, FACTS, NOW, STORE, wrongIn } from "../fakes/doctor";

const wrong = async (change: Partial<World>, patienceMs?: number): Promise<Readonly<Record<string, string>>> =>
  wrongIn(await examined(aWorld(change), patienceMs));

const refuse =
  (code: ConstructorParameters<typeof RepaveError>[0], detail = "x") =>
  (): Promise<never> =>
    Promise.reject(new RepaveError(code, detail));

const thrower = (code: ConstructorParameters<typeof RepaveError>[0], detail: string) => (): never => {
  throw new RepaveError(code, detail);
};

test("a world in which nothing is wrong has a tick at every row, in the order of the list", async () => {
  const lines = await examined(aWorld());
  expect(lines.map(({ id, state }) => [id, state])).toEqual(ROWS.map(({ id }) => [id, "ok"]));
  expect(lines.find(({ id }) => id === "identity")?.seen).toBe(
    "account 123456789012, arn:aws:sts::123456789012:assumed-role/operator/ann, 50 min left",
  );
  expect(lines.find(({ id }) => id === "health")?.seen).toBe(
    "200 in 12 ms from 10.0.9.1, certificate until 2026-04-05",
  );
});

describe("what cannot be seen yet is not checked, and never a tick", () => {
  const about = (id: string): boolean => !["node", "npm", "engine", "plugins", "login"].includes(id);

  test("without a stack", async () => {
    const lines = await examined(aWorld({ stack: { why: "no stack is chosen: choose one of a, b (--stack)" } }));
    const unseen = lines.filter(({ state }) => state === "unchecked").map(({ id }) => id);
    expect(unseen).toEqual(["stack", "secrets", "permissions", "nodes", "health", "store", "windows", "notifications"]);
    expect(lines.filter(({ state }) => state === "failed")).toEqual([]);
  });

  test("with a stack file that cannot be read: one failure, and every row about the stack not checked", async () => {
    const lines = await examined(aWorld({ facts: thrower("STACK_CONFIG_INVALID", "tfe:image is missing") }));
    expect(lines.filter(({ state }) => state === "failed").map(({ id }) => id)).toEqual(["stack"]);
    const others = lines.filter(({ id }) => about(id) && id !== "stack");
    expect(others.map(({ state, seen }) => [state, seen])).toEqual(
      others.map(() => ["unchecked", "the stack cannot be read"]),
    );
  });

  test("before the first `pulumi up`, where there is no name in DNS either", async () => {
    const seen = await wrong({
      cloud: () => ({ ...CLOUD, nodes: refuse("GROUP_NOT_FOUND", "tfe-production") }),
      engine: { ...ENGINE, encrypts: refuse("STACK_NOT_BUILT") },
      service: { ask: () => Promise.resolve({ kind: "no-address", detail: "ENOTFOUND" }) },
    });
    const missing = "– there is no group tfe-production in eu-west-1: the stack is not built, or elsewhere";
    expect(seen).toEqual({
      secrets: "– the backend does not know the stack production yet; `pulumi up` creates it",
      nodes: missing,
      health: missing,
    });
  });

  test("a service that does not answer has failed where the group is there, or cannot be read", async () => {
    const service = { ask: () => Promise.resolve({ kind: "no-address", detail: "ENOTFOUND" } as const) };
    const failure =
      "tfe.example.com has no address here (ENOTFOUND) → add tfe.example.com to DNS, for the load balancer";
    expect(await wrong({ service })).toEqual({ health: failure });
    const unread = { ...CLOUD, nodes: refuse("AWS_UNREACHABLE") };
    expect(await wrong({ service, cloud: () => unread })).toMatchObject({ health: failure });
  });

  test("permissions that IAM may not be asked about, and those that depend on what only a call has", async () => {
    const refused = await wrong({ cloud: () => ({ ...CLOUD, simulate: refuse("AWS_REFUSED", "AccessDenied") }) });
    expect(refused["permissions"]).toMatch(/^– IAM does not simulate .*AccessDenied.*iam-policy -- --for doctor/);
    const open = [{ action: "ec2:RunInstances", keys: ["aws:MultiFactorAuthPresent"] }];
    const simulate = (): Promise<{ denied: []; open: typeof open }> => Promise.resolve({ denied: [], open });
    expect(await wrong({ cloud: () => ({ ...CLOUD, simulate }) })).toEqual({
      permissions: "– ec2:RunInstances: depends on aws:MultiFactorAuthPresent",
    });
  });

  test("agents that may not be described", async () => {
    const seen = await wrong({ cloud: () => ({ ...CLOUD, agents: refuse("AWS_REFUSED", "AccessDenied") }) });
    expect(seen["nodes"]).toMatch(/^– Systems Manager does not describe the agents \(AccessDenied\)/);
  });

  test("without a Pulumi CLI only its own row fails", async () => {
    const missing = refuse("ENGINE_MISSING", "not found");
    const seen = await wrong({ engine: { find: missing, plugins: missing, login: missing, encrypts: missing } });
    expect(seen).toEqual({
      engine: "No Pulumi CLI found: not found → npm run engine",
      plugins: "– there is no Pulumi CLI",
      login: "– there is no Pulumi CLI",
      secrets: "– there is no Pulumi CLI",
    });
  });

  test("a run store in a bucket without credentials", async () => {
    const cloud = { ...CLOUD, identity: refuse("CREDENTIALS_MISSING", "no keys") };
    const seen = await wrong({ cloud: () => cloud, store: () => ({ ...STORE, where: "s3://runs/production" }) });
    expect(seen).toEqual({
      identity: "No AWS credentials found: no keys → aws sso login --profile ops",
      permissions: "– there is no AWS identity",
      nodes: "– there is no AWS identity",
      store: "– there is no AWS identity",
    });
  });

  test("receivers without --notify", async () => {
    const receivers = [{ name: "slack", test: () => Promise.reject(new Error("it must not be sent")) }];
    expect(await wrong({ receivers: () => ({ receivers, problems: [] }) })).toEqual({
      notifications: "– slack: `--notify` sends a test",
    });
  });
});

test("secrets are taken out of everything that is shown", async () => {
  const url = "https://ann:hunter2@state.example.com";
  const lines = await examined(
    aWorld({
      engine: { ...ENGINE, login: () => Promise.resolve({ user: "ann", url }), plugins: refuse("PLUGIN_MISSING", url) },
      store: () => ({ ...STORE, where: url, tryLock: refuse("JOURNAL_UNWRITABLE", `ENOSPC ${url}`) }),
      stack: { why: `no stack is chosen: ${url}` },
    }),
    9_000,
    withoutSecrets,
  );
  expect(JSON.stringify(lines)).toContain("[secret]@state.example.com");
  expect(JSON.stringify(lines)).not.toContain("hunter2");
});

describe("no row keeps another from being looked at", () => {
  test("one that never answers", async () => {
    const seen = await wrong({ engine: { ...ENGINE, login: () => new Promise(() => undefined) } }, 50);
    expect(seen).toEqual({
      login: "no answer within 10 s → pulumi whoami -v",
      secrets: "– the Pulumi backend does not answer",
    });
    const identity = (): Promise<never> => new Promise(() => undefined);
    const cloud = await wrong({ cloud: () => ({ ...CLOUD, identity }) }, 50);
    expect(cloud).toEqual({
      identity: "no answer within 10 s → aws sts get-caller-identity",
      permissions: "– AWS does not say who asks",
      nodes: "– AWS does not say who asks",
    });
  });

  test("one that throws what nobody foresaw", async () => {
    const seen = await wrong({ store: () => ({ ...STORE, tryLock: () => Promise.reject(new TypeError("oops")) }) });
    expect(seen).toEqual({ store: "Internal error in tfe-repave: oops → npm run runs -- --help" });
  });

  test("all are under way at the same time", async () => {
    const slow =
      <T>(value: T) =>
      (): Promise<T> =>
        delay(150, value);
    const began = performance.now();
    const login = slow({ user: "ann", url: "s3://state" });
    const lines = await examined(
      aWorld({
        engine: { ...ENGINE, login, plugins: slow({ present: [], missing: [], attached: ["aws"] }) },
        cloud: () => ({ ...CLOUD, skewMs: slow(0), simulate: slow({ denied: [], open: [] }) }),
        store: () => ({ ...STORE, tryLock: slow(undefined) }),
      }),
    );
    expect(lines.every(({ state }) => state === "ok")).toBe(true);
    expect(performance.now() - began).toBeLessThan(5 * 150);
  });

  test("what is still under way when nobody waits any more is told to end", async () => {
    let given: AbortSignal | undefined;
    const login = (signal: AbortSignal): Promise<never> => {
      given = signal;
      return new Promise(() => undefined);
    };
    await wrong({ engine: { ...ENGINE, login } }, 20);
    expect(given?.aborted).toBe(true);
  });
});

describe("each failure names the one thing that fixes it", () => {
  const sso = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_TfeOps_0123456789abcdef/ann";
  const as = (arn: string): Partial<World> => ({
    cloud: () => ({
      ...CLOUD,
      identity: async (signal) => ({ ...(await CLOUD.identity(signal)), arn }),
      simulate: () => Promise.resolve({ denied: ["autoscaling:SuspendProcesses"], open: [] }),
    }),
  });
  const lost = new Map([["i-1", { ping: "ConnectionLost", version: "3.3", isLatest: false, heardAt: NOW }]]);
  const answering = (answer: Awaited<ReturnType<World["service"]["ask"]>>): Partial<World> => ({
    service: { ask: () => Promise.resolve(answer) },
  });
  const ENDS = { kind: "answered", status: 200, addresses: ["10.0.9.1"], ms: 9 } as const;

  test.each<[string, Partial<World>, string, string]>([
    [
      "an old Node.js",
      { machine: { ...aWorld().machine, node: () => ({ version: "18.0.0", needed: ">=20.19", fits: false }) } },
      "node",
      "18.0.0, and >=20.19 is needed → nvm install 24",
    ],
    [
      "no Pulumi CLI",
      { engine: { ...ENGINE, find: refuse("ENGINE_MISSING", "pulumi 3.205.0 or newer on PATH: not found") } },
      "engine",
      "No Pulumi CLI found: pulumi 3.205.0 or newer on PATH: not found → npm run engine",
    ],
    [
      "no plugin, with a CLI that is not on PATH",
      {
        engine: {
          ...ENGINE,
          find: () => Promise.resolve({ version: "3.259.0", where: "in the cache", command: "/c/bin/pulumi" }),
          plugins: () => Promise.resolve({ present: [], missing: [{ name: "aws", version: "7.48.0" }], attached: [] }),
        },
      },
      "plugins",
      "not installed: aws 7.48.0 → /c/bin/pulumi plugin install resource aws 7.48.0",
    ],
    [
      "no login",
      { engine: { ...ENGINE, login: refuse("NOT_LOGGED_IN") } },
      "login",
      "Not logged in to a Pulumi backend: x → pulumi login",
    ],
    [
      "a wrong passphrase",
      { engine: { ...ENGINE, encrypts: refuse("PASSPHRASE_WRONG") } },
      "secrets",
      "The passphrase of the stack is wrong: x → export PULUMI_CONFIG_PASSPHRASE_FILE=<file with the passphrase>",
    ],
    [
      "a region that does not exist",
      { cloud: thrower("REGION_UNKNOWN", 'aws:region is "eu-west-9"') },
      "region",
      'Unknown AWS region: aws:region is "eu-west-9" → Correct it in Pulumi.<stack>.yaml or in the environment. For a region that is newer than this version, set aws:skipRegionValidation: true.',
    ],
    [
      "no region",
      { cloud: () => ({ ...CLOUD, region: () => Promise.resolve(undefined) }) },
      "region",
      "no region is set → set aws:region: eu-west-1 in Pulumi.production.yaml",
    ],
    [
      "credentials of another account",
      {
        cloud: () => ({ ...CLOUD, identity: async (s) => ({ ...(await CLOUD.identity(s)), account: "999999999999" }) }),
      },
      "identity",
      "account 999999999999, arn:aws:sts::123456789012:assumed-role/operator/ann, 50 min left; tfe:certificateArn is in account 123456789012 → aws sso login --profile ops",
    ],
    [
      "a missing permission of a role",
      as("arn:aws:sts::123456789012:assumed-role/operator/ann"),
      "permissions",
      'missing: autoscaling:SuspendProcesses → aws iam put-role-policy --role-name operator --policy-name tfe-repave --policy-document "$(npm run iam-policy --silent -- --stack production)"',
    ],
    [
      "a missing permission of a role of IAM Identity Center",
      as(sso),
      "permissions",
      "missing: autoscaling:SuspendProcesses → add what `npm run iam-policy --silent -- --stack production` prints to the permission set TfeOps",
    ],
    [
      "a clock that is ahead",
      { cloud: () => ({ ...CLOUD, skewMs: () => Promise.resolve(31_000) }) },
      "clock",
      "31 s ahead of AWS → sudo timedatectl set-ntp true",
    ],
    [
      "an agent that is offline",
      { cloud: () => ({ ...CLOUD, agents: () => Promise.resolve(lost) }) },
      "nodes",
      "SSM says ConnectionLost, last heard 2026-01-05 08:00:00 UTC, agent 3.3 (not the latest) → on the node: sudo systemctl restart 'snap.amazon-ssm-agent.*' amazon-ssm-agent",
    ],
    [
      "a node that never registered",
      { cloud: () => ({ ...CLOUD, agents: () => Promise.resolve(new Map()) }) },
      "nodes",
      "not registered with Systems Manager → aws iam attach-role-policy --role-name tfe-production-node --policy-arn arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    ],
    [
      "a node that SSH does not reach",
      {
        facts: () => ({ ...FACTS, transport: "ssh" }),
        ssh: { ...aWorld().ssh, reach: refuse("NODE_UNREACHABLE", "i-1 (10.0.0.1): Connection refused") },
      },
      "nodes",
      "Connection refused → ssh 10.0.0.1 true",
    ],
    [
      "a certificate of another name",
      answering({ kind: "wrong-name", names: "other.example.com" }),
      "health",
      "the certificate is not for tfe.example.com but for other.example.com → set tfe:certificateArn in Pulumi.production.yaml to a certificate for tfe.example.com, then run `pulumi up`",
    ],
    [
      "a certificate that ends within two weeks",
      answering({ ...ENDS, certificateEndsAt: NOW + 13 * 86_400_000 }),
      "health",
      "200 in 9 ms from 10.0.9.1, certificate until 2026-01-18 → renew the certificate of tfe.example.com",
    ],
    [
      "a full run store",
      {
        store: () => ({ ...STORE, store: { ...STORE.store, makeSureOfRoom: refuse("JOURNAL_UNWRITABLE", "ENOSPC") } }),
      },
      "store",
      "cannot be written: ENOSPC → free disk space: df -h /runs/production",
    ],
    [
      "windows that never open",
      { facts: () => ({ ...FACTS, calendar: () => parseCalendar(["Sun 02:00-06:00"], ["2025-01-01..2099-01-01"]) }) },
      "windows",
      "frozen (2025-01-01..2099-01-01); no window within a year is long enough → correct tfe:windows and tfe:freeze in Pulumi.production.yaml",
    ],
    [
      "a receiver that takes no notice",
      {
        notify: true,
        receivers: () => ({
          receivers: [{ name: "slack", test: () => Promise.reject(new Error("it answered 404")) }],
          problems: [],
        }),
      },
      "notifications",
      "it answered 404 → correct the receiver slack (tfe:notify… in Pulumi.production.yaml)",
    ],
  ])("%s", async (_title, change, id, expected) => {
    expect((await wrong(change))[id]).toBe(expected);
  });

  test("keys of the environment that end soon, which nobody renews", async () => {
    const expiring = {
      ...CLOUD,
      identity: async (signal: AbortSignal) => ({ ...(await CLOUD.identity(signal)), expiresAt: NOW + 14 * 60_000 }),
    };
    const credentials = { login: () => Promise.resolve("set new keys"), fromEnvironment: true };
    expect((await wrong({ cloud: () => expiring, credentials }))["identity"]).toMatch(/14 min left → set new keys$/);
    expect(await wrong({ cloud: () => expiring })).toEqual({});
  });
});

test("the next window is shown, and a closed one is no failure", async () => {
  const calendar = () => parseCalendar(["Sun 02:00-06:00"], []);
  const lines = await examined(aWorld({ facts: () => ({ ...FACTS, calendar }) }));
  expect(lines.find(({ id }) => id === "windows")).toMatchObject({
    state: "ok",
    seen: "outside every window (Sun 02:00-06:00); the next window opens 2026-01-11 02:00 UTC",
  });
});
