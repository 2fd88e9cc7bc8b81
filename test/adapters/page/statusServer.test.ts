import { request } from "node:http";
import {
  serveStatus,
  type StatusServer,
  type StatusServerOptions,
} from "../../../orchestration/adapters/page/statusServer";
import { forecastBefore } from "../../../orchestration/run/pastRuns";
import { readStanding } from "../../../orchestration/run/standing";
import { RepaveError } from "../../../orchestration/domain/errors";
import { World } from "../../fakes/world";
import { attempt } from "../../support/attempt";

// Loading the charts takes a busy machine seconds.
jest.setTimeout(60_000);

const servers: StatusServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(world: World, changes: Partial<StatusServerOptions> = {}): Promise<StatusServer> {
  const { store, clock } = world;
  const shown = { stack: "test", store, clock, host: "127.0.0.1", port: 0, pollMs: 20, ...changes };
  const standing = () =>
    readStanding({ store: shown.store, operations: world.operations }, { stack: "test", now: shown.clock.now() });
  const forecast = (runId: string) => forecastBefore(shown.store as typeof store, runId);
  const server = await serveStatus({ standing, forecast, ...shown });
  servers.push(server);
  return server;
}

interface Watching {
  /** Resolves with the first event of the kind whose content is like that. */
  until(kind: string, like: RegExp): Promise<string>;
  readonly ended: Promise<void>;
}

/** What a browser's EventSource would be told. */
async function watch({ url }: StatusServer): Promise<Watching> {
  const answer = await fetch(`${url}events`);
  expect(answer.headers.get("content-type")).toBe("text/event-stream");
  const told: { kind: string; content: string }[] = [];
  const waiting = new Set<() => void>();
  const ended = (async () => {
    let text = "";
    for await (const piece of answer.body ?? []) {
      text += Buffer.from(piece as Uint8Array).toString();
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) {
        const [, kind = "", data = ""] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
        told.push({ kind, content: JSON.parse(data) as string });
      }
      for (const look of waiting) look();
    }
  })().catch(() => undefined);
  return {
    ended,
    until: (kind, like) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = told.find((event) => event.kind === kind && like.test(event.content));
          if (!found) return;
          waiting.delete(look);
          resolve(found.content);
        };
        waiting.add(look);
        look();
      }),
  };
}

describe("the status page", () => {
  it("is there before the first run, and shows it as soon as it is there", async () => {
    const world = new World();
    const server = await serve(world);
    const page = await (await fetch(server.url)).text();
    expect(page).toContain("Stack test has no run yet");
    const events = await watch(server);
    await events.until("standing", /Stack test has no run yet/);
    await attempt(world);
    await events.until("report", /Stack test runs 642 \(v202207-2\)/);
    await events.until("standing", /In service\. The last run ended at \d\d:\d\d:\d\d UTC/);
  });

  it("says that the orchestrator is at work, and for how long nothing was heard once it has died", async () => {
    const world = new World();
    await attempt(world);
    // The run as it was when its first drain had begun: its process was killed there.
    const [run] = await world.store.list();
    const whole = await world.store.journal(run?.runId ?? "");
    const begun = whole.findIndex(({ event }) => event === "drain.started");
    const [runId, at] = [run?.runId ?? "", whole[begun]?.at ?? 0];
    const times = { acquiredAt: at, renewedAt: at, expiresAt: at + 60_000 };
    let now = at;
    const server = await serve(world, {
      clock: { now: () => now },
      store: {
        list: () => world.store.list(),
        unreadable: () => Promise.resolve([]),
        journal: () => Promise.resolve(whole.slice(0, begun + 1)),
        lease: () => Promise.resolve({ schema: 1, token: 1, runId, holder: "ann@here", ...times }),
      },
    });
    const events = await watch(server);
    await events.until(
      "standing",
      /is in progress at drain since \d\d:\d\d:\d\d UTC by \S+, last heartbeat 0s ago\.[^]*The service answers\./,
    );
    expect(await (await fetch(server.url)).text()).toMatch(
      /<p class="left ">Outage in up to .+, for up to .+, end of the run in up to .+ \(not measured: no run of this stack has finished yet\)\.<\/p>/,
    );
    now += 61_000;
    const silent = await events.until("standing", /has not reported/);
    expect(silent).not.toContain("end of the run in about");
    expect(silent).toMatch(/was interrupted at drain: its process \(\S+\) has not reported since \S+ UTC \(1m 1s\)/);
    expect(silent).toContain("npm run upgrade -- --resume --stack test");
  });

  it("counts down to the service and to the end of the run by the forecast from the runs before it, and says when it is late", async () => {
    const world = new World();
    await attempt(world);
    await attempt(world, { release: 652 });
    const [, second] = await world.store.list();
    const runId = second?.runId ?? "";
    const whole = await world.store.journal(runId);
    const gate = whole.findIndex((entry) => entry.event === "step.started" && entry.step === "gate");
    let now = whole[gate]?.at ?? 0;
    const lease = () =>
      Promise.resolve({
        schema: 1,
        token: 1,
        runId,
        holder: "a@b",
        acquiredAt: now,
        renewedAt: now,
        expiresAt: now + 60_000,
      } as const);
    const journal = (id: string) =>
      id === runId ? Promise.resolve(whole.slice(0, gate + 1)) : world.store.journal(id);
    const server = await serve(world, {
      clock: { now: () => now },
      store: { list: () => world.store.list(), unreadable: () => Promise.resolve([]), journal, lease },
    });
    const events = await watch(server);
    const minutes = async (like: RegExp): Promise<number> =>
      Number(like.exec(await events.until("standing", like))?.[1]);
    const first = await minutes(
      /Service restored in about (\d+) min, end of the run in about \d+ min \(forecast from 1 run\)/,
    );
    now += 60_000;
    await events.until("standing", new RegExp(`Service restored in about ${first - 1} min`));
    now += 60 * 60_000;
    await events.until(
      "standing",
      /<p class="left late">Gate is late by \d+ min, the service should be restored by now, end of the run in about \d+ min/,
    );
  });

  it("says so when the run store cannot be read, and goes on with what it has", async () => {
    const world = new World();
    await attempt(world);
    let broken = false;
    const list = () =>
      broken ? Promise.reject(new RepaveError("AWS_CALL_FAILED", "the bucket is out of reach")) : world.store.list();
    const server = await serve(world, { store: { ...world.store, list } });
    const events = await watch(server);
    broken = true;
    await events.until("standing", /The run store cannot be read \(the bucket is out of reach\)/);
    expect(await (await fetch(server.url)).text()).toContain("Stack test runs 642");
  });

  it.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])("can only be looked at: %s is refused", async (method) => {
    const answer = await fetch((await serve(new World())).url, { method });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("is one page and nothing else", async () => {
    const { url } = await serve(new World());
    expect((await fetch(`${url}../../etc/passwd`)).status).toBe(404);
    expect((await fetch(url, { method: "HEAD" })).status).toBe(200);
  });

  it("lets no script in but its own, and is kept by nobody", async () => {
    const { url } = await serve(new World());
    const [first, second] = [await fetch(url), await fetch(url)];
    const policy = first.headers.get("content-security-policy") ?? "";
    const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1] ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(nonce).not.toBe("");
    expect(await first.text()).toContain(`<script nonce="${nonce}"`);
    expect(second.headers.get("content-security-policy")).not.toBe(policy);
    expect(first.headers.get("cache-control")).toBe("no-store");
  });

  it.each(["evil.example:80", "localhost.evil.example", "127.evil.example", "127.0.0.1.evil.example:8642"])(
    "answers on loopback to the names of loopback alone, so that no other site can have it read: %s",
    async (host) => {
      const { url } = await serve(new World());
      const status = await new Promise((resolve) => {
        request(url, { headers: { host } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        }).end();
      });
      expect(status).toBe(421);
    },
  );

  it("ends with every watcher told", async () => {
    const server = await serve(new World());
    const events = await watch(server);
    await server.close();
    servers.length = 0;
    await events.ended;
    await expect(fetch(server.url)).rejects.toThrow();
  });

  it("refuses a port that is taken, with what to do", async () => {
    const { url } = await serve(new World());
    const port = Number(new URL(url).port);
    await expect(serve(new World(), { port })).rejects.toMatchObject({
      code: "USAGE",
      detail: expect.stringContaining("Choose another port") as string,
    });
  });
});
