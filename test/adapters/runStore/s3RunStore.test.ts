import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { type AwsEndpoint, serveAws } from "../../../lab/aws/endpoint";
import { createRegion } from "../../../lab/region/region";
import { awsClients } from "../../../orchestration/adapters/aws/clients";
import { s3RunStore } from "../../../orchestration/adapters/runStore/s3RunStore";
import type { RunStore } from "../../../orchestration/ports/runStore";
import { anEntry, aRun, describeRunStoreContract } from "../../contract/runStore";
import { type Fate, lossyProxy } from "../lossyProxy";

jest.setTimeout(60_000);

const region = createRegion();
const KEYS = { region: "eu-west-1", credentials: { accessKeyId: "lab", secretAccessKey: "lab" } };
let endpoint: AwsEndpoint;
let s3: S3Client;

beforeAll(async () => {
  endpoint = await serveAws(region, { advance: () => undefined, log: () => undefined });
  s3 = awsClients({ ...KEYS, endpoint: endpoint.url }).s3;
  await s3.send(new CreateBucketCommand({ Bucket: "runs" }));
});
afterAll(async () => {
  s3.destroy();
  await endpoint.close();
});

let stores = 0;
let prefix: string;
beforeEach(() => {
  prefix = `tfe/store-${(stores += 1)}`;
});

const open = (client = s3): RunStore => s3RunStore({ client, bucket: "runs", prefix, stack: "prod" });
const stored = (): Record<string, { body: string }> => region.state.buckets["runs"] ?? {};
const object = (name: string): unknown => JSON.parse(stored()[`${prefix}/prod/${name}`]?.body ?? "null");
const put = (name: string, body: string): void => {
  Object.assign(stored(), { [`${prefix}/prod/${name}`]: { body, etag: `"${body.length}"`, lastModified: 0 } });
};
const remove = (name: string): void => {
  Reflect.deleteProperty(stored(), `${prefix}/prod/${name}`);
};
const claim = (store: RunStore, runId: string, now = 0) =>
  store.acquire({ runId, holder: "ann@ops", now, ttlMs: 60_000 });

describeRunStoreContract("S3, in the lab", () =>
  Promise.resolve({ open: () => open(), close: () => Promise.resolve() }),
);

describe("the bucket", () => {
  it("holds an object for each entry, the run, its files and the lease, below prefix and stack", async () => {
    const store = open();
    await store.create(aRun("r1"));
    await store.append("r1", anEntry(0));
    expect(await store.save("r1", "report.html", "größer")).toBe(`s3://runs/${prefix}/prod/r1/report.html`);
    const lease = await claim(store, "r1");
    const names = Object.keys(stored()).flatMap((key) => key.split(`${prefix}/prod/`)[1] ?? []);
    expect(names.sort()).toEqual([
      "lease.json",
      "lease.token",
      "r1/journal/000000.json",
      "r1/report.html",
      "r1/run.json",
    ]);
    expect(object("lease.json")).toMatchObject({ ...lease });
    expect(object("r1/journal/000000.json")).toMatchObject({ entry: anEntry(0) });
  });

  it("needs no prefix", async () => {
    const store = s3RunStore({ client: s3, bucket: "runs", prefix: "", stack: `bare-${stores}` });
    await store.create(aRun("r1"));
    expect(await store.list()).toEqual([aRun("r1")]);
    expect(stored()[`bare-${stores}/r1/run.json`]).toBeDefined();
  });

  it.each(["../r1", "", ".", "a/b"])("has no run named %j", async (name) => {
    await expect(open().journal(name)).rejects.toMatchObject({ code: "RUN_STORE_UNREADABLE" });
  });
});

describe("the journal", () => {
  it("lets one of two writers of the same number through, even with the same words", async () => {
    const [first, second] = [open(), open()];
    await first.create(aRun("r1"));
    const results = await Promise.allSettled([first, second].map((store) => store.append("r1", anEntry(7))));
    const lost = results.filter((result) => result.status === "rejected");
    expect(lost.map((result): unknown => result.reason)).toEqual([
      expect.objectContaining({ code: "LEASE_LOST", detail: "another process wrote entry 7 of run r1" }),
    ]);
    expect(await open().journal("r1")).toEqual([anEntry(7)]);
  });

  it("takes an entry again from the one who wrote it", async () => {
    const store = open();
    await store.create(aRun("r1"));
    await store.append("r1", anEntry(7));
    await store.append("r1", anEntry(7));
    expect(await store.journal("r1")).toEqual([anEntry(7)]);
    const other = { ...anEntry(7), at: 1 };
    await expect(store.append("r1", other)).rejects.toMatchObject({ code: "LEASE_LOST" });
  });

  it("is in order beyond the width of the numbers, and may miss one that was never told to be written", async () => {
    const store = open();
    await store.create(aRun("r1"));
    const seqs = [8, 10, 999_999, 1_000_000];
    for (const seq of [...seqs].reverse()) await store.append("r1", anEntry(seq));
    expect((await store.journal("r1")).map(({ seq }) => seq)).toEqual(seqs);
  });

  it("knows nothing of an entry whose upload broke off", async () => {
    const store = open();
    await store.create(aRun("r1"));
    await store.append("r1", anEntry(1));
    const { hostname, port } = new URL(endpoint.url);
    const socket = connect(Number(port), hostname);
    const head = `PUT /runs/${prefix}/prod/r1/journal/000002.json HTTP/1.1\r\nHost: s3\r\nContent-Length: 100\r\n`;
    const sigV4 = "Authorization: AWS4-HMAC-SHA256 Credential=lab/20260105/eu-west-1/s3/aws4_request\r\n\r\n";
    await new Promise<void>((sent) => socket.write(`${head}${sigV4}{"writer":`, () => sent()));
    socket.destroy();
    expect(await open().journal("r1")).toEqual([anEntry(1)]);
    await store.append("r1", anEntry(2));
    expect(await open().journal("r1")).toEqual([anEntry(1), anEntry(2)]);
  });

  it("is not read past an object that is damaged", async () => {
    const store = open();
    await store.create(aRun("r1"));
    await store.append("r1", anEntry(2));
    put("r1/journal/000001.json", '{"writer":');
    await expect(store.journal("r1")).rejects.toMatchObject({ code: "RUN_STORE_UNREADABLE" });
  });

  it("has a folder without a record for no run", async () => {
    put("r1/report.html", "");
    expect(await open().list()).toEqual([]);
  });
});

describe("a run that is damaged", () => {
  it.each([
    ["is no JSON", "{"],
    ["is no run", "{}"],
    ["is another run's", JSON.stringify({ writer: "w", run: aRun("r1") })],
    ["is larger than any record", "x".repeat(1024 * 1024 + 1)],
  ])("is listed as such, and hides no other: its record %s", async (_what, body) => {
    for (const run of ["r1", "r2", "r3"]) await open().create(aRun(run));
    put("r2/run.json", body);
    expect(await open().list()).toEqual([aRun("r1"), aRun("r3")]);
    expect(await open().unreadable()).toMatchObject([{ runId: "r2", createdAt: 0 }]);
  });

  it("is one whose record is gone while its journal is there", async () => {
    await open().create(aRun("r1"));
    await open().append("r1", anEntry(1));
    remove("r1/run.json");
    expect(await open().unreadable()).toMatchObject([
      { runId: "r1", why: "run.json: it is missing beside its journal" },
    ]);
    expect(open().setAside("r1")).toBe(
      `aws s3 mv --recursive s3://runs/${prefix}/prod/r1/ s3://runs/${prefix}/prod/.r1/`,
    );
  });
});

describe("the lease", () => {
  it("is not taken for free where it cannot be read", async () => {
    put("lease.json", "{}");
    await expect(claim(open(), "r1")).rejects.toMatchObject({
      code: "RUN_STORE_UNREADABLE",
      detail: expect.stringContaining(`aws s3 rm s3://runs/${prefix}/prod/lease.json`) as string,
    });
  });

  it("goes on with the token of the last one where the counter is lost", async () => {
    const store = open();
    await store.release(await claim(store, "r0"));
    await claim(store, "r1");
    remove("lease.token");
    expect((await claim(store, "r2", 60_001)).token).toBe(3);
  });

  it("takes a higher token where one was given, and given back, after it had looked", async () => {
    const [slow, quick] = [open(), open()];
    let held = false;
    const between = s3Through(async (request): Promise<Fate> => {
      // After the slow one has read the counter, before it writes the lease.
      if (held || request.method !== "PUT" || !request.url?.includes("lease.json")) return "pass";
      held = true;
      await quick.release(await claim(quick, "quick"));
      return "pass";
    });
    const { client, close } = await between;
    const lease = await claim(open(client), "slow");
    await close();
    expect(lease.token).toBe(2);
    expect(await slow.lease()).toEqual(lease);
    expect(object("lease.token")).toMatchObject({ token: 2 });
  });

  it("holds nobody up where it was taken and could not be numbered", async () => {
    const { client, close } = await s3Through((request) =>
      request.method === "PUT" && request.url?.includes("lease.token") ? 403 : "pass",
    );
    await expect(claim(open(client), "r1")).rejects.toMatchObject({ code: "JOURNAL_UNWRITABLE" });
    await close();
    expect(await open().lease()).toBeUndefined();
    expect((await claim(open(), "r2")).token).toBe(1);
  });
});

describe("an answer that is lost on its way", () => {
  /** All that a run writes. */
  async function wholeRun(store: RunStore): Promise<void> {
    const lease = await claim(store, "r1");
    await store.create(aRun("r1"));
    for (const seq of [0, 1, 2]) await store.append("r1", anEntry(seq));
    const renewed = await store.renew(lease, { now: 10_000, ttlMs: 60_000, step: "gate" });
    await store.save("r1", "report.html", "done");
    await store.release(renewed);
    await claim(store, "r2", 20_000);
  }

  it.each<Fate>(["lose", 409, 503])("makes no difference, whichever it is (%s)", async (fate) => {
    let writes = Infinity;
    for (let nth = 1; nth <= writes; nth += 1) {
      prefix = `tfe/store-${(stores += 1)}`;
      writes = 0;
      const { client, close } = await s3Through((request) => {
        if (request.method === "GET" || (writes += 1) !== nth) return "pass";
        return fate === 409 && !isConditional(request) ? "pass" : fate;
      });
      await wholeRun(open(client));
      await close();
      const store = open();
      expect(await store.list()).toEqual([aRun("r1")]);
      expect(await store.journal("r1")).toEqual([0, 1, 2].map(anEntry));
      expect(await store.lease()).toMatchObject({ runId: "r2", token: 2, acquiredAt: 20_000 });
    }
    expect(writes).toBeGreaterThanOrEqual(11);
  });
});

const isConditional = ({ headers }: IncomingMessage): boolean =>
  headers["if-match"] !== undefined || headers["if-none-match"] !== undefined;

describe("what S3 refuses", () => {
  it.each([
    ["credentials that ran out", 400, "CREDENTIALS_EXPIRED"],
    ["a denied request", 403, undefined],
    ["trouble that may pass", 503, "AWS_CALL_FAILED"],
  ] as const)("is told apart: %s", async (_what, status, code) => {
    const { client, close } = await s3Through(() => status, 1);
    const store = open(client);
    const writes = [
      store.create(aRun("r1")),
      store.append("r1", anEntry(1)),
      store.save("r1", "a", "x"),
      claim(store, "r1"),
    ];
    const reads = [store.list(), store.unreadable(), store.journal("r1"), store.lease(), store.build()];
    const asked: readonly Promise<unknown>[] = [...writes, ...reads];
    const results = await Promise.allSettled(asked);
    await close();
    expect(results.map((result): unknown => result.status === "rejected" && result.reason)).toEqual(
      asked.map((_, index) => {
        const refused = index < writes.length ? "JOURNAL_UNWRITABLE" : "RUN_STORE_UNREADABLE";
        return expect.objectContaining({ code: code ?? refused }) as unknown;
      }),
    );
  });

  it("says which bucket is missing", async () => {
    const store = s3RunStore({ client: s3, bucket: "nobodys", prefix: "", stack: "prod" });
    await expect(store.list()).rejects.toMatchObject({
      code: "RUN_STORE_UNREADABLE",
      detail: expect.stringContaining("NoSuchBucket") as string,
    });
  });
});

/** A client that reaches the lab through a proxy which spoils some requests. */
async function s3Through(
  fate: (request: IncomingMessage) => Fate | Promise<Fate>,
  maxAttempts = 3,
): Promise<{ readonly client: S3Client; readonly close: () => Promise<void> }> {
  const proxy = await lossyProxy(endpoint.url, fate);
  const client = new S3Client({ ...KEYS, endpoint: proxy.url, forcePathStyle: true, maxAttempts });
  return {
    client,
    close: async () => {
      client.destroy();
      await proxy.close();
    },
  };
}
