import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import tls from "node:tls";
import { generate } from "selfsigned";
import { scaledClock } from "../../../orchestration/adapters/machine/clock";
import { httpProbe } from "../../../orchestration/adapters/machine/probe";
import type { Probe } from "../../../orchestration/ports/probe";

const clock = scaledClock({ speed: 100, realOrigin: 0, labOrigin: 0 });

const servers: Server[] = [];
const probes: Probe[] = [];
afterEach(async () => {
  await Promise.all(probes.splice(0).map((probe) => probe.stop()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return (server.address() as AddressInfo).port;
}

async function serve(answer: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createHttpServer(answer))}/_health_check`;
}

function watch(url: string, caFile?: string): Probe {
  const probe = httpProbe({ url, clock, everyMs: 1_000, ...(caFile === undefined ? {} : { caFile }) });
  probes.push(probe);
  probe.start();
  return probe;
}

async function samplesOf(probe: Probe, count: number): Promise<readonly boolean[]> {
  for (let waited = 0; probe.samples().length < count && waited < 300; waited += 1) await sleep(10);
  return probe.samples().map((sample) => sample.answered);
}

describe("httpProbe", () => {
  it.each([
    [200, true],
    [404, true],
    [410, true],
    [500, false],
    [503, false],
  ])("takes HTTP %i for an answer: %s", async (status, answered) => {
    const probe = watch(await serve((_request, response) => response.writeHead(status).end()));
    expect((await samplesOf(probe, 2)).slice(0, 2)).toEqual([answered, answered]);
  });

  it("sees the service go and come back, oldest sample first", async () => {
    let status = 200;
    const probe = watch(await serve((_request, response) => response.writeHead(status).end()));
    await samplesOf(probe, 2);
    status = 503;
    await samplesOf(probe, probe.samples().length + 3);
    status = 200;
    await samplesOf(probe, probe.samples().length + 3);
    const samples = probe.samples();
    expect(samples.map((sample) => (sample.answered ? "1" : "0")).join("")).toMatch(/^1+0+1+$/);
    expect(samples.map((sample) => sample.at)).toEqual(samples.map((sample) => sample.at).sort((a, b) => a - b));
  });

  it("takes a refused connection for no answer", async () => {
    const url = await serve(() => undefined);
    await new Promise((done) => servers.splice(0)[0]?.close(done));
    expect((await samplesOf(watch(url), 1))[0]).toBe(false);
  });

  it("takes silence for no answer, but not before a real second has passed", async () => {
    const began = performance.now();
    const probe = watch(await serve(() => undefined));
    expect((await samplesOf(probe, 1))[0]).toBe(false);
    expect(performance.now() - began).toBeGreaterThanOrEqual(990);
  });

  it("takes an answer for one after the process itself stood still", async () => {
    const stood = (ms: number): void => {
      for (const began = performance.now(); performance.now() - began < ms;);
    };
    let requests = 0;
    const probe = watch(
      await serve((_request, response) => {
        if (requests++ === 0) stood(1_700);
        response.end();
      }),
    );
    expect((await samplesOf(probe, 1))[0]).toBe(true);
  });

  it("dates an answer to when it came, and silence to when it was asked", async () => {
    let status = 200;
    const answers: number[] = [];
    const probe = watch(
      await serve((_request, response) => {
        setTimeout(() => {
          answers.push(clock.now());
          response.writeHead(status).end();
        }, 60);
      }),
    );
    await samplesOf(probe, 1);
    status = 503;
    await samplesOf(probe, 2);
    const [answered, refused] = probe.samples();
    expect(answered?.at).toBeGreaterThanOrEqual(answers[0] ?? 0);
    expect(refused?.at).toBeLessThan(answers[1] ?? 0);
  });

  it("asks over a connection of its own each time, and never in a rush", async () => {
    const connections = new Set<number | undefined>();
    const probe = watch(
      await serve((request, response) => {
        connections.add(request.socket.remotePort);
        response.end();
      }),
    );
    const began = performance.now();
    const asked = (await samplesOf(probe, 5)).length;
    expect(performance.now() - began).toBeGreaterThanOrEqual(4 * 14);
    expect(connections.size).toBeGreaterThanOrEqual(asked);
  });

  it("adds no sample once it has stopped, and can be stopped twice", async () => {
    const probe = watch(await serve((_request, response) => response.end()));
    await samplesOf(probe, 1);
    await probe.stop();
    await probe.stop();
    const left = probe.samples().length;
    await sleep(50);
    expect(probe.samples()).toHaveLength(left);
  });

  it("says at once where the CA file cannot be read", () => {
    expect(() => httpProbe({ url: "https://localhost/", caFile: "/nowhere/ca.pem", clock, everyMs: 1 })).toThrow(
      expect.objectContaining({ code: "STACK_CONFIG_INVALID" }) as Error,
    );
  });

  it("trusts the CA file, and nobody unknown without it", async () => {
    const pem = await generate([{ name: "commonName", value: "localhost" }], { keySize: 2048 });
    const dir = await mkdtemp(join(tmpdir(), "probe-"));
    try {
      await writeFile(join(dir, "ca.pem"), pem.cert);
      const server = createHttpsServer({ key: pem.private, cert: pem.cert }, (_request, response) => response.end());
      const url = `https://localhost:${await listen(server)}/_health_check`;
      const contexts = jest.spyOn(tls, "createSecureContext");
      expect((await samplesOf(watch(url, join(dir, "ca.pem")), 4)).slice(0, 4)).toEqual([true, true, true, true]);
      // The authorities are read once, and not for each connection.
      expect(contexts).toHaveBeenCalledTimes(1);
      contexts.mockRestore();
      expect((await samplesOf(watch(url), 1))[0]).toBe(false);
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
