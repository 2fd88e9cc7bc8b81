/** A stack whose nodes run a container: the real engine with the real program, against the lab's providers. It has no node yet. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { type LabSession, openLab } from "../../lab/session";
import { ensureEngine } from "../../orchestration/adapters/pulumi/engine/ensureEngine";
import { namedStack } from "../../orchestration/adapters/pulumi/namedStack";
import { recordedStack } from "../../orchestration/adapters/pulumi/recordedStack";
import { type EngineStackPort, pulumiStack } from "../../orchestration/adapters/pulumi/stack";
import { fileRunStore } from "../../orchestration/adapters/runStore/fileRunStore";
import { TAG_KEYS } from "../../orchestration/dialects/fdo/tags";
import { type ResourceChange, unexpected } from "../../orchestration/domain/changes";
import type { Stack } from "../../orchestration/ports/stack";
import { releaseOf } from "../support/release";
import { ROOT } from "../support/root";
import { DIGEST } from "../support/stackConfig";

jest.setTimeout(180_000);

const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const GROUP = "aws:autoscaling/group:Group";
const TARGETS = "aws:lb/targetGroup:TargetGroup";
const READINESS = "/api/v1/health/readiness";

let dir: string;
let lab: LabSession;
let engine: EngineStackPort;
let stack: Stack;
let balancing: ElasticLoadBalancingV2Client;

const stackFile = (): string => join(dir, "Pulumi.lab.yaml");
const edit = async (change: (text: string) => string): Promise<void> =>
  writeFile(stackFile(), change(await readFile(stackFile(), "utf8")));

/** What the load balancer really asks. */
async function asked(): Promise<string | undefined> {
  const { TargetGroups } = await balancing.send(new DescribeTargetGroupsCommand({}));
  expect(TargetGroups).toHaveLength(1);
  return TargetGroups?.[0]?.HealthCheckPath;
}

const types = (changes: readonly ResourceChange[]): unknown =>
  changes.map(({ type, properties }) => [type, properties]);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "container-stack-"));
  const { root } = await ensureEngine({ onProgress: () => undefined });
  lab = await openLab({ dir, speed: 240 });
  await edit((text) =>
    text
      .replace(/tfe:releaseSequence: .*/, "tfe:imageTag: v202503-1")
      .replace(/tfe:nodeCount: .*/, 'tfe:nodeCount: "0"'),
  );
  const runsDir = join(dir, "runs");
  const options = { stackName: "lab", workDir: dir, engine: { root }, env: lab.env, projectRoot: ROOT, runsDir };
  engine = pulumiStack({ ...options, fencingSecret: () => undefined });
  const store = fileRunStore({ dir: join(runsDir, "lab") });
  stack = namedStack(recordedStack({ engine, store, run: () => undefined, now: () => Date.now() }), TAG_KEYS);
  const endpoint = lab.env["AWS_ENDPOINT_URL"];
  if (endpoint === undefined) throw new Error("the lab has no endpoint");
  balancing = new ElasticLoadBalancingV2Client({
    endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "lab", secretAccessKey: "lab" },
  });
});

afterAll(async () => {
  balancing.destroy();
  await lab.close();
  await rm(dir, { recursive: true, force: true });
});

it("is built with the path on which its first release answers", async () => {
  await stack.apply({});
  expect(await stack.outputs()).toMatchObject({ contract: 3, release: "v202503-1", containerRuntime: "docker" });
  expect(await asked()).toBe("/_health_check");
  expect(await stack.preview({})).toEqual([]);
});

it("stages a release that answers on another path, and asks the nodes that serve what they answer", async () => {
  const change = { release: releaseOf("2.0.5"), digest: DIGEST, activeTemplateVersion: 1 };
  const previewed = await stack.preview(change);
  expect(previewed.map(({ type }) => type)).toEqual([TEMPLATE]);
  expect(unexpected(previewed, stack.allowed.stage)).toEqual([]);
  expect(await stack.apply(change)).toEqual(previewed);
  expect(await asked()).toBe("/_health_check");
  const outputs = await stack.outputs();
  expect(outputs).toMatchObject({
    release: "2.0.5",
    digest: DIGEST,
    latestTemplateVersion: 2,
    activeTemplateVersion: 1,
  });
  expect(outputs?.healthCheckUrl).toMatch(/\/_health_check$/);
  expect(await readFile(stackFile(), "utf8")).toContain(`tfe:imageDigest: 2.0.5@${DIGEST}`);
  expect(await stack.preview({})).toEqual([]);
});

it("moves the path with the pin, in the one update that a run's scaling is allowed", async () => {
  const change = { activeTemplateVersion: 2, healthPath: READINESS };
  const previewed = await stack.preview(change);
  expect(types(previewed)).toEqual(
    expect.arrayContaining([
      [GROUP, ["launchTemplate"]],
      [TARGETS, ["healthCheck"]],
    ]),
  );
  expect(previewed).toHaveLength(2);
  expect(unexpected(previewed, stack.allowed.scale)).toEqual([]);
  for (const by of ["stage", "abort", "none"] as const)
    expect(unexpected(previewed, stack.allowed[by])).toHaveLength(2);
  expect(await stack.apply(change)).toEqual(previewed);
  expect(await asked()).toBe(READINESS);
  expect((await stack.outputs())?.healthCheckUrl).toMatch(new RegExp(`${READINESS}$`));
  expect(await stack.preview({})).toEqual([]);
});

it("gives a tag that somebody writes by hand neither another tag's digest nor the load balancer's question", async () => {
  await edit((text) => text.replace(/tfe:imageTag: .*/, "tfe:imageTag: 1.1.4"));
  const changes = await stack.apply({});
  expect(changes.map(({ type }) => type)).toEqual([TEMPLATE]);
  expect(await stack.outputs()).not.toHaveProperty("digest");
  expect(await asked()).toBe(READINESS);
});
