/** A fleet moves from Replicated to containers and back again, as its operator would have it move. */
import { prepareStack } from "../../lab/stackFiles";
import { failureIn, finishedIn, stepsIn, stepsOf } from "./support/events";
import { labFolder, type LabFolder } from "./support/labFolder";

jest.setTimeout(450_000);

const LAB = ["--stack", "lab", "--json", "--speed", "60", "--node-build", "60"];

/** The operator's own lines, which no run may lose. */
const SETTINGS = [
  "# What runs may take.",
  "  tfe:appConfig:",
  '    capacity_concurrency: "8"',
  "    tls_vers: tls_1_2",
  "  # Passwords.",
  "  tfe:settingsSecretArn:",
].join("\n");

let lab: LabFolder;
let before: string;
beforeAll(async () => {
  lab = await labFolder();
  await prepareStack({
    dir: lab.dir,
    stack: "lab",
    estate: "default",
    loadBalancerPort: 1,
    caFile: "",
    sshConfigFile: "",
  });
  await lab.edit((text) =>
    text
      .replace('tfe:releaseSequence: "610"', 'tfe:releaseSequence: "811"')
      .replace("tfe:settingsSecretArn:", SETTINGS),
  );
});
afterAll(async () => expect(await lab.close()).toEqual([]));

/** What the stack's file says of its nodes, in order. */
const keysOf = (text: string): string[] =>
  text
    .split("\n")
    .filter((line) => /^ +(#|tfe:(release|appC|settings|imageT|imageD|environ|licen))|^ {4}\w/.test(line));

const CLEAN = { overlapSeconds: 0, lostJobs: 0, killedWhileBooting: 0, secretsShown: 0, violations: [] };

test("a release that only containers have is refused, with the commands that lead there", async () => {
  const { code, stdout } = await lab.npm("upgrade", ...LAB, "--release", "1.2.2");
  expect(code).toBe(3);
  expect(failureIn(stdout)).toMatch(/PATH_ILLEGAL .*v202503-1 \(811\), then migrate, then → 1\.2\.2/);
  const next = "npm run migrate -- --stack lab; then npm run upgrade -- --release 1.2.2 --stack lab";
  expect(stdout).toContain(JSON.stringify(next).slice(1, -1));
  before = await lab.read("Pulumi.lab.yaml");
});

test("the move: same release, other nodes; secrets go from a node to a secret of their own", async () => {
  const { code, stdout } = await lab.npm("migrate", ...LAB);
  expect(failureIn(stdout)).toBeUndefined();
  expect(code).toBe(0);
  const finished = finishedIn(stdout);
  expect(finished).toMatchObject({ outcome: "done", release: 811, hops: [811], witness: CLEAN });
  expect(stepsIn(stdout)).toEqual(stepsOf(1));

  const { instances, secrets, secretPolicies } = await lab.region();
  const running = instances.filter(({ state }) => state === "running");
  expect(running.map(({ node }) => node.image?.digest)).toEqual([expect.any(String), expect.any(String)]);
  // A run takes what it took before, and a node as many.
  expect(running[0]?.node.settings).toMatchObject({
    TFE_CAPACITY_CONCURRENCY: "8",
    TFE_CAPACITY_MEMORY: "512",
    TFE_ENCRYPTION_PASSWORD: "lab-encryption-password",
  });
  const [arn = ""] = Object.keys(secrets).filter((key) => key.includes("tfe-repave/lab/variables"));
  expect(JSON.parse(secrets[arn] ?? "{}")).toEqual({
    TFE_ENCRYPTION_PASSWORD: "lab-encryption-password",
    TFE_DATABASE_PASSWORD: "lab-database-password",
    TFE_REDIS_PASSWORD: "lab-redis-password",
  });
  expect(secretPolicies?.[arn]).not.toContain("PutSecretValue");

  const file = await lab.read("Pulumi.lab.yaml");
  expect(file).toContain(`tfe:settingsSecretArn: ${arn}`);
  expect(file).toMatch(/# What runs may take\.\n {2}tfe:environment:\n/);
  expect(file).toContain("# Passwords.");
  expect(file).not.toMatch(/releaseSequence|appConfig|lab-database-password/);
});

test("and back: the old nodes by the old keys", async () => {
  const { code, stdout } = await lab.npm("migrate", "--back", ...LAB);
  expect(failureIn(stdout)).toBeUndefined();
  expect(code).toBe(0);
  expect(finishedIn(stdout)).toMatchObject({ outcome: "done", release: 811, witness: CLEAN });
  expect(keysOf(await lab.read("Pulumi.lab.yaml"))).toEqual(keysOf(before));
  const { instances } = await lab.region();
  const running = instances.filter(({ state }) => state === "running");
  expect(running.map(({ node: { image, release } }) => [image, release])).toEqual([
    [undefined, 811],
    [undefined, 811],
  ]);
});
