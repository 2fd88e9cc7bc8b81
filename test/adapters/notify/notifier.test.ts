import type { Channel, Delivery } from "../../../orchestration/adapters/notify/channel";
import { notifier, type NotifierOptions } from "../../../orchestration/adapters/notify/notifier";
import type { DeliveryLimits } from "../../../orchestration/adapters/notify/queue";
import { slackChannel } from "../../../orchestration/adapters/notify/slack";
import type { RunEvent } from "../../../orchestration/domain/events";
import type { JournalEntry } from "../../../orchestration/domain/journal";
import { aFinish, PLAN } from "../../support/events";
import { receiver, type Receiver } from "./receiver";

const STARTED: RunEvent = { event: "run.started", runId: "run-1", plan: PLAN, operator: "ann@ops" };
const LIMITS: DeliveryLimits = { timeoutMs: 30_000, waitsMs: [5, 5], capacity: 3 };

interface Setting extends Partial<NotifierOptions> {
  readonly channel: Channel;
}

/** A notifier in front of a reporter that remembers, and what it complained of. */
function notifying({ channel, ...options }: Setting) {
  const problems: string[] = [];
  const seen: string[] = [];
  const notices = notifier({
    stack: "prod",
    channels: [channel],
    unattended: false,
    journal: () => Promise.resolve([]),
    now: () => Date.UTC(2026, 10, 23, 2),
    problem: (line) => problems.push(line),
    env: {},
    limits: LIMITS,
    ...options,
  });
  const reporter = notices.behind({ emit: ({ event }) => seen.push(event) });
  return { problems, seen, reporter, close: (withinMs?: number) => notices.close(withinMs) };
}

const slack = ({ url }: Receiver): Channel => slackChannel({ url: () => Promise.resolve(url) });
const titles = ({ received }: Receiver): readonly string[] =>
  received.map(({ body }) => (JSON.parse(body) as { text: string }).text.split("\n")[0] ?? "");

describe("with a server", () => {
  let server: Receiver;
  afterEach(() => server.close());

  it("delivers in order what is worth telling, and the reporter is told everything", async () => {
    server = await receiver();
    const { reporter, seen, close, problems } = notifying({ channel: slack(server) });
    for (const event of [STARTED, { event: "note", text: "x" } as const, aFinish("done")]) reporter.emit(event);
    expect(seen).toEqual(["run.started", "note", "run.finished"]);
    await close();
    expect(titles(server)).toEqual([
      "*Terraform Enterprise prod: 610 (v202204-2) → 692 (v202304-1) started*",
      "*Terraform Enterprise prod: done*",
    ]);
    expect(problems).toEqual([]);
  });

  it("tries again where the server is in trouble", async () => {
    server = await receiver(500, 503, 200);
    const { reporter, close, problems } = notifying({ channel: slack(server) });
    reporter.emit(STARTED);
    await close();
    expect(server.received).toHaveLength(3);
    expect(problems).toEqual([]);
  });

  it("gives up after three tries, says so once, and still tells how it ended", async () => {
    server = await receiver(500);
    const { reporter, close, problems } = notifying({ channel: slack(server) });
    for (const event of [STARTED, aFinish("halted")]) reporter.emit(event);
    await close();
    expect(server.received).toHaveLength(6);
    expect(problems).toEqual([
      'notice "started" was not delivered to slack: it answered 500',
      'notice "halted" was not delivered to slack: it answered 500',
      "2 notices in total were not delivered to slack",
    ]);
  });

  it("does not repeat what the server refuses", async () => {
    server = await receiver(403);
    const { reporter, close } = notifying({ channel: slack(server) });
    reporter.emit(STARTED);
    await close();
    expect(server.received).toHaveLength(1);
  });

  it("a server that hangs holds neither the run nor its end", async () => {
    server = await receiver("hang");
    const limits = { ...LIMITS, timeoutMs: 60_000 };
    const { reporter, seen, close, problems } = notifying({ channel: slack(server), limits });
    reporter.emit(STARTED);
    reporter.emit(aFinish("done"));
    expect(seen).toEqual(["run.started", "run.finished"]);
    const since = performance.now();
    await close(50);
    expect(performance.now() - since).toBeLessThan(5_000);
    expect(problems).toContain('notice "started" was not delivered to slack: the run ended first');
  });

  it("an attempt that takes too long is given up and made again", async () => {
    server = await receiver("hang", 200);
    const { reporter, close } = notifying({ channel: slack(server), limits: { ...LIMITS, timeoutMs: 200 } });
    reporter.emit(STARTED);
    await close();
    expect(titles(server).length).toBeGreaterThan(1);
  });
});

it("a server that is not there is told in words that do not show its address", async () => {
  const gone = await receiver();
  await gone.close();
  const { reporter, close, problems } = notifying({ channel: slack(gone) });
  reporter.emit(STARTED);
  await close();
  expect(problems).toEqual(['notice "started" was not delivered to slack: it cannot be reached (ECONNREFUSED)']);
});

/** A channel that keeps what it is sent. */
function keeping(): Channel & { readonly sent: Delivery[] } {
  const sent: Delivery[] = [];
  return { name: "memory", sent, send: (delivery) => Promise.resolve(void sent.push(delivery)) };
}

it("a channel that throws, whatever it is, is no matter to the run", async () => {
  const channel: Channel = {
    name: "broken",
    send: () => {
      throw new TypeError("https://hooks.example.com/T0/secret");
    },
  };
  const { reporter, seen, close, problems } = notifying({ channel });
  reporter.emit(STARTED);
  await close();
  expect(seen).toEqual(["run.started"]);
  expect(problems).toEqual(['notice "started" was not delivered to broken: it failed']);
});

it("a channel that never answers and does not look at its signal is left after the flush", async () => {
  const { reporter, close, problems } = notifying({
    channel: { name: "deaf", send: () => new Promise(() => undefined) },
    limits: { ...LIMITS, timeoutMs: 60_000 },
  });
  for (const event of [STARTED, aFinish("done")]) reporter.emit(event);
  await close(20);
  expect(problems).toEqual([
    'notice "started" was not delivered to deaf: the run ended first',
    'notice "done" was not delivered to deaf: the run ended first',
    "2 notices in total were not delivered to deaf",
  ]);
});

it("keeps the newest where more is to be told than may wait", async () => {
  const channel = keeping();
  const { reporter, close, problems } = notifying({ channel });
  const greens = [1, 2, 3, 4, 5, 6].map((hop) => ({
    event: "gate.passed",
    hop,
    instanceId: `i-${hop}`,
    firstGreenAt: 0,
  }));
  for (const event of greens as RunEvent[]) reporter.emit(event);
  reporter.emit(aFinish("done"));
  await close();
  expect(channel.sent.at(-1)?.notice.kind).toBe("done");
  expect(channel.sent.length + Number(/^(\d+) notices in all/.exec(problems.at(-1) ?? "")?.[1] ?? 0)).toBe(7);
});

it("the measured outage comes from the journal, so that another process may have seen it begin", async () => {
  const channel = keeping();
  const at = Date.UTC(2026, 10, 23, 1, 50);
  const journal = [
    { seq: 0, at, event: "outage.began" },
    { seq: 1, at: at + 477_000, event: "outage.ended" },
  ].map((entry) => ({ ...entry, at: entry.at }) as JournalEntry);
  const asked: string[] = [];
  const { reporter, close } = notifying({
    channel,
    journal: (runId) => Promise.resolve((asked.push(runId), journal)),
  });
  reporter.emit({ event: "run.resumed", runId: "run-1", operator: "ann@ops", token: 2 });
  reporter.emit({ event: "gate.passed", hop: 0, instanceId: "i-1", firstGreenAt: at });
  await close();
  expect(asked).toEqual(["run-1"]);
  expect(channel.sent[1]?.notice).toMatchObject({ kind: "first-node-healthy", outageSeconds: 477 });
});

it("a journal that cannot be read costs the figure and not the notice", async () => {
  const channel = keeping();
  const { reporter, close } = notifying({ channel, journal: () => Promise.reject(new Error("no bucket")) });
  reporter.emit(STARTED);
  reporter.emit({ event: "gate.passed", hop: 0, instanceId: "i-1", firstGreenAt: 1 });
  await close();
  expect(channel.sent[1]?.notice).toMatchObject({ outageSeconds: null, lines: ["i-1 passed the gate."] });
});

it("takes out secrets of the environment that a tool has quoted", async () => {
  const channel = keeping();
  const { reporter, close } = notifying({ channel, env: { PULUMI_CONFIG_PASSPHRASE: "correct horse" } });
  reporter.emit(STARTED);
  const detail = "login with correct horse to https://user:pw@example.com failed";
  reporter.emit({ event: "run.failed", step: "stage", code: "STACK_UPDATE_FAILED", detail, fleet: "as it was" });
  reporter.emit(aFinish("halted"));
  await close();
  const [, notice] = channel.sent;
  expect(JSON.stringify(notice)).not.toMatch(/correct horse|user:pw/);
  expect(notice?.notice.lines[0]).toContain("login with [secret] to https://[secret]@example.com failed");
});
