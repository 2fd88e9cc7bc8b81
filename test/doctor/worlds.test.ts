/** Broken worlds as they really are: the adapters, asked of the lab, of a TLS server and of a file system that is full. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";
import { DEFAULTS } from "../../lab/region/defaults";
import { addFaults, checkFaults, clearFaults } from "../../lab/faults";
import { examplesOf } from "../../infra/permissions/examples";
import { operatorPolicy } from "../../infra/permissions/operator";
import { awsSight, OF_A_QUESTION } from "../../orchestration/adapters/aws/diagnosis/sight";
import { iamSimulation } from "../../orchestration/adapters/aws/diagnosis/simulation";
import { awsClients } from "../../orchestration/adapters/aws/clients";
import { serviceSight } from "../../orchestration/adapters/machine/service";
import { awsPlaceOf } from "../../orchestration/adapters/pulumi/stackPlace";
import { fileRunStore } from "../../orchestration/adapters/runStore/fileRunStore";
import { tryBucketLock, tryFolderLock } from "../../orchestration/adapters/runStore/lockTrial";
import { s3RunStore } from "../../orchestration/adapters/runStore/s3RunStore";
import type { World } from "../../orchestration/doctor/world";
import type { CloudSight } from "../../orchestration/ports/diagnosis";
import { aWorld, examined, FACTS, STORE, wrongIn } from "../fakes/doctor";
import { scope } from "../infra/permissions/scope";
import { serveEstate, type ServedEstate } from "../lab/servedEstate";

const wrong = async (change: Partial<World>): Promise<Readonly<Record<string, string>>> =>
  wrongIn(await examined(aWorld(change)));

describe("AWS", () => {
  let lab: ServedEstate;
  let cloud: CloudSight;
  const closing: (() => unknown)[] = [];
  beforeAll(async () => {
    lab = await serveEstate({ count: 2 });
    const endpoint = String((await lab.clients.sts.config.endpoint?.())?.port ?? "");
    const options = {
      endpoint: `http://127.0.0.1:${endpoint}`,
      region: DEFAULTS.region,
      credentials: { accessKeyId: "lab", secretAccessKey: "lab" },
      patience: OF_A_QUESTION,
    };
    const simulation = iamSimulation(options);
    closing.push(() => simulation.destroy());
    cloud = awsSight({ ...options, clients: lab.clients, simulation });
  }, 60_000);
  afterAll(async () => {
    for (const close of closing) close();
    await lab.close();
  });
  afterEach(() => clearFaults(lab.region.state));

  const facts: World["facts"] = () => ({
    ...FACTS,
    name: "lab",
    groupName: lab.groupName,
    wanted: (account) => examplesOf(operatorPolicy(scope()), account),
  });
  const wrongHere = async (...faults: readonly unknown[]): Promise<Readonly<Record<string, string>>> => {
    addFaults(lab.region.state, checkFaults(faults));
    lab.region.advance(lab.region.state.now + 1);
    return wrong({ facts, cloud: () => cloud });
  };

  test("nothing is wrong where nothing is", async () => {
    expect(await wrongHere()).toEqual({});
  });

  test("expired credentials", async () => {
    expect(await wrongHere({ fault: "credentials-expired", when: "now", after: 0, for: "ever" })).toEqual({
      identity: expect.stringMatching(/^The AWS credentials have expired: .* → aws sso login --profile ops$/) as string,
      permissions: "– there is no AWS identity",
      nodes: "– there is no AWS identity",
    });
  });

  test("the wrong region: another than that of the stack's certificate", async () => {
    const elsewhere = [{ key: "tfe:certificateArn", region: "eu-central-1", account: DEFAULTS.accountId }];
    expect(await wrong({ facts: () => ({ ...facts(), places: elsewhere }), cloud: () => cloud })).toEqual({
      region:
        "eu-west-1, but tfe:certificateArn is in eu-central-1 → set aws:region: eu-central-1 in Pulumi.production.yaml",
    });
  });

  test("the wrong region: one that does not exist", async () => {
    const place = (): never => awsPlaceOf({ "aws:region": "eu-wset-1" }, {}) as never;
    const seen = await wrong({ facts, cloud: place });
    expect(seen["region"]).toMatch(/^Unknown AWS region: .*Did you mean eu-west-1\? → Correct it/);
    expect(seen["identity"]).toBe("– the region is not known");
  });

  test("an SSM agent that is offline", async () => {
    const seen = await wrongHere({ fault: "node-unreachable", when: "now", for: "ever" });
    expect(seen).toEqual({
      nodes: expect.stringMatching(/^SSM says ConnectionLost, .* → on the node: sudo systemctl restart /) as string,
    });
  });

  test("missing permissions, by name", async () => {
    const operations = ["SuspendProcesses", "ResumeProcesses"];
    expect((await wrongHere({ fault: "access-denied", when: "now", operations }))["permissions"]).toMatch(
      /^missing: autoscaling:ResumeProcesses, autoscaling:SuspendProcesses → aws iam attach-user-policy --user-name lab /,
    );
  });

  test("a simulation that is not allowed is not checked", async () => {
    const seen = await wrongHere({ fault: "access-denied", when: "now", operations: ["SimulatePrincipalPolicy"] });
    expect(seen).toEqual({ permissions: expect.stringMatching(/^– IAM does not simulate .*AccessDenied/) as string });
  });

  test("a skewed clock, without credentials too", async () => {
    const seen = await wrongHere("clock-skewed", { fault: "credentials-expired", when: "now", after: 0, for: "ever" });
    expect(seen["clock"]).toBe("2 min behind AWS → sudo timedatectl set-ntp true");
  });

  test("a closed port: AWS cannot be reached, and nothing about it is claimed", async () => {
    const options = {
      endpoint: "http://127.0.0.1:9",
      region: DEFAULTS.region,
      credentials: { accessKeyId: "lab", secretAccessKey: "lab" },
      patience: OF_A_QUESTION,
    };
    const [clients, simulation] = [awsClients(options), iamSimulation(options)];
    closing.push(
      () => clients.destroy(),
      () => simulation.destroy(),
    );
    const seen = await wrong({ facts, cloud: () => awsSight({ ...options, clients, simulation }) });
    expect(seen).toEqual({
      identity: expect.stringMatching(/^AWS cannot be reached: .* → Check the network/) as string,
      permissions: "– there is no AWS identity",
      clock: expect.stringMatching(/^– AWS could not be asked for the time: /) as string,
      nodes: "– there is no AWS identity",
    });
  });

  test("a run store in a bucket is tried, and left as it was; one that is not there is named with its command", async () => {
    const client = lab.clients.s3;
    const storeIn =
      (bucket: string): World["store"] =>
      () => ({
        where: `s3://${bucket}/tfe/test`,
        store: s3RunStore({ client, bucket, prefix: "tfe", stack: "test" }),
        tryLock: () => tryBucketLock({ client, bucket, prefix: "tfe/test" }),
      });
    expect(await wrong({ store: storeIn(DEFAULTS.runsBucket) })).toEqual({});
    expect(Object.keys(lab.region.state.buckets[DEFAULTS.runsBucket] ?? {})).toEqual([]);
    expect((await wrong({ store: storeIn("nobody-has-it") }))["store"]).toMatch(/ → aws s3 mb s3:\/\/nobody-has-it$/);
  });

  test("a bucket that ignores conditional writes is no run store", async () => {
    const { buckets } = lab.region.state;
    buckets["careless"] = {};
    const careless = awsClients({
      endpoint: `http://127.0.0.1:${String((await lab.clients.sts.config.endpoint?.())?.port)}`,
      region: DEFAULTS.region,
      credentials: { accessKeyId: "lab", secretAccessKey: "lab" },
    });
    careless.s3.middlewareStack.add(
      (next) => (args) => {
        Reflect.deleteProperty(args.input, "IfNoneMatch");
        return next(args);
      },
      { step: "initialize" },
    );
    closing.push(() => careless.destroy());
    await expect(tryBucketLock({ client: careless.s3, bucket: "careless", prefix: "tfe/test" })).rejects.toMatchObject({
      code: "JOURNAL_UNWRITABLE",
      detail: expect.stringContaining("careless ignores conditional writes") as string,
    });
    expect(buckets["careless"]).toEqual({});
  });
});

describe("the service", () => {
  const servers: Server[] = [];
  const folder = mkdtempSync(join(tmpdir(), "doctor-"));
  afterAll(() => {
    for (const server of servers) server.close();
    rmSync(folder, { recursive: true });
  });

  async function serving(name: string, notAfterDate: Date): Promise<{ readonly port: number; readonly ca: string }> {
    const { private: key, cert } = await generate([{ name: "commonName", value: name }], {
      keyType: "ec",
      notBeforeDate: new Date(Date.now() - 2 * 86_400_000),
      notAfterDate,
      extensions: [
        { name: "basicConstraints", cA: true, critical: true },
        { name: "subjectAltName", altNames: [{ type: 2, value: name }] },
      ],
    });
    const server = createServer({ key, cert }, (_, response) => response.end("OK"));
    servers.push(server);
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    return { port: (server.address() as AddressInfo).port, ca: cert };
  }

  const asked = async (port: number, ca: string | undefined): Promise<string | undefined> => {
    const file = join(folder, `${port}.pem`);
    if (ca !== undefined) execFileSync("tee", [file], { input: ca });
    const hostname = `localhost:${port}`;
    const seen = await wrong({
      now: () => Date.now(),
      facts: () => ({ ...FACTS, hostname, healthUrl: `https://${hostname}/_health_check` }),
      service: serviceSight(() => (ca === undefined ? undefined : file)),
    });
    return seen["health"];
  };
  const inAYear = new Date(Date.now() + 365 * 86_400_000);

  test("with the right certificate answers", async () => {
    const { port, ca } = await serving("localhost", inAYear);
    expect(await asked(port, ca)).toBeUndefined();
  });

  test("with a certificate of another name", async () => {
    const { port, ca } = await serving("other.example.com", inAYear);
    expect(await asked(port, ca)).toBe(
      "the certificate is not for localhost but for other.example.com → set tfe:certificateArn in Pulumi.production.yaml to a certificate for localhost, then run `pulumi up`",
    );
  });

  test("with a certificate that nobody vouches for", async () => {
    const { port } = await serving("localhost", inAYear);
    expect(await asked(port, undefined)).toMatch(/^the certificate is not trusted .* → set tfe:caFile in /);
  });

  test("with an expired certificate, and with one that ends soon", async () => {
    const expired = await serving("localhost", new Date(Date.now() - 86_400_000));
    expect(await asked(expired.port, expired.ca)).toMatch(/^the certificate has expired .* → renew the certificate /);
    const ending = await serving("localhost", new Date(Date.now() + 3 * 86_400_000));
    expect(await asked(ending.port, ending.ca)).toMatch(/certificate until .* → renew the certificate of localhost$/);
  });

  test("behind a closed port, and without a name", async () => {
    expect(await asked(9, undefined)).toMatch(/^no connection to localhost:9 \(ECONNREFUSED\) → curl -v https:/);
    const answer = await serviceSight(() => undefined).ask("https://no.such.invalid/", AbortSignal.timeout(9_000));
    expect(answer.kind).toBe("no-address");
  });
});

describe("a run store in a folder", () => {
  let base: string;
  beforeAll(() => (base = mkdtempSync(join(tmpdir(), "doctor-"))));
  afterAll(() => rmSync(base, { recursive: true }));

  const storeIn =
    (dir: string): World["store"] =>
    () => ({
      where: dir,
      store: fileRunStore({ dir }),
      tryLock: () => tryFolderLock(dir),
    });

  test("is tried, and left as it was", async () => {
    const dir = join(base, "runs");
    expect(await wrong({ store: storeIn(dir) })).toEqual({});
    expect(execFileSync("ls", ["-A", dir], { encoding: "utf8" })).toBe("");
  });

  /** A file system of one megabyte, where this process may make one. */
  function mounted(): string | undefined {
    const dir = mkdtempSync(join(base, "full-"));
    const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", dir]);
    return status === 0 ? dir : undefined;
  }

  test("that is full", async () => {
    const dir = mounted();
    // Without the right to mount: the words that such a file system has.
    const full = { ...STORE.store, makeSureOfRoom: () => fileRunStore({ dir: "/dev/full/runs" }).makeSureOfRoom(1) };
    try {
      const seen = await wrong({ store: dir === undefined ? () => ({ ...STORE, store: full }) : storeIn(dir) });
      expect(seen["store"]).toMatch(dir === undefined ? /^cannot be written: / : /ENOSPC.* → free disk space: df -h /);
    } finally {
      if (dir !== undefined) execFileSync("umount", [dir]);
    }
  });
});
