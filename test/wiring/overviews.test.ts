import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { labEnvironment } from "../../lab/environment";
import { publish } from "../../lab/record";
import { labFolder, prepareStack } from "../../lab/stackFiles";
import { allStacks, overviews } from "../../orchestration/wiring/allStacks/overviews";
import { commandLine } from "../../orchestration/program";

let home: string;
const before = process.env["TFE_REPAVE_LAB_DIR"];
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "overviews-"));
  process.env["TFE_REPAVE_LAB_DIR"] = home;
  for (let number = 1; number <= 20; number += 1) await standing(`lab-${String(number).padStart(2, "0")}`);
  // What is in the folder of a lab and is none.
  await mkdir(join(home, "runs"));
  await mkdir(join(home, "lab-empty"));
});
afterAll(async () => {
  if (before === undefined) delete process.env["TFE_REPAVE_LAB_DIR"];
  else process.env["TFE_REPAVE_LAB_DIR"] = before;
  await rm(home, { recursive: true });
});

/** What a lab that has stopped leaves. */
async function standing(stack: string): Promise<void> {
  const dir = labFolder(home, stack);
  await mkdir(dir);
  await prepareStack({ dir, stack, estate: "default", loadBalancerPort: 1, caFile: "/ca.pem", sshConfigFile: "/ssh" });
  const scale = { speed: 30, realOrigin: 0, labOrigin: 0 };
  const env = labEnvironment({
    dir,
    home,
    region: "eu-central-1",
    awsUrl: "http://127.0.0.1:9",
    providers: { aws: 1, command: 2 },
    scale,
  });
  await publish(dir, {
    pid: 1,
    stack,
    speed: 30,
    control: "http://127.0.0.1:9",
    loadBalancerPort: 1,
    estate: "default",
    env,
  });
}

const labs = (): readonly string[] => allStacks().filter((stack) => stack.startsWith("lab"));

test("twenty stacks are read in less than ten seconds, each from a place of its own", async () => {
  expect(labs()).toHaveLength(20);
  const started = performance.now();
  const found = await overviews(labs());
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(found.map(({ stack }) => stack)).toEqual(labs());
  for (const each of found)
    expect(each).toMatchObject({ found: { release: null, standing: { kind: "in service" }, window: "any time" } });
  // Whoever reads labs does not become one.
  expect(process.env["AWS_ENDPOINT_URL"]).toBeUndefined();
}, 20_000);

test("one that cannot be read says why, and hides no other", async () => {
  await writeFile(join(home, "lab-03", "Pulumi.lab-03.yaml"), "config:\n  tfe:surprise: 1\n");
  await rm(join(home, "lab-07", "lab.json"));
  await mkdir(join(home, "lab-11", "runs", "lab-11"), { recursive: true });
  await writeFile(join(home, "lab-11", "runs", "lab-11", "lease.json"), "not a lease");
  const out: string[] = [];
  const io = { out: (line: string) => void out.push(line), err: () => undefined, signal: new AbortController().signal };
  expect(await commandLine(["status", "--all", "--json"], io)).toBe(1);
  const lines = out.map(
    (line) => JSON.parse(line) as { stack: string; problem: { code: string } | null; standing: unknown },
  );
  const bad = lines.filter(({ problem }) => problem !== null).map(({ stack, problem }) => [stack, problem?.code]);
  expect(bad).toEqual([
    ["lab-03", "STACK_CONFIG_INVALID"],
    ["lab-07", "STACK_NOT_BUILT"],
  ]);
  expect(lines.find(({ stack }) => stack === "lab-11")?.standing).toMatchObject({ unreadable: ["the lease"] });
  out.length = 0;
  expect(await commandLine(["status", "--all"], io)).toBe(1);
  expect(out.find((line) => line.startsWith("lab-07"))).toContain("cannot be read");
});

test("a stack that has no run is not said to be up to date", async () => {
  const out: string[] = [];
  const io = { out: (line: string) => void out.push(line), err: () => undefined, signal: new AbortController().signal };
  expect(await commandLine(["releases", "--outdated"], io)).toBe(1);
  expect(out.find((line) => line.startsWith("lab-01"))).toContain("not known");
});
