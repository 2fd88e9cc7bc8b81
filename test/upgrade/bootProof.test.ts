import { RepaveError } from "../../orchestration/domain/errors";
import type { BootProofMode } from "../../orchestration/run/policy";
import { DEFAULT_POLICY, type Policy } from "../../orchestration/run/policy";
import { World } from "../fakes/world";
import { attempt, FENCED, hopActs, OPENED } from "../support/attempt";

const SETTINGS = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tfe/settings-AbCdEf";
const LICENCE = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tfe/license-AbCdEf";
const INSTALLER = "https://get.example.com/installer";

const proving = (mode: BootProofMode): Policy => ({
  ...DEFAULT_POLICY,
  bootProof: {
    mode,
    secretArns: [SETTINGS, LICENCE],
    sources: [{ url: INSTALLER, digestKey: "installerSha256", sha256: undefined }],
    missingDigests: [],
  },
});

describe("before a node is drained", () => {
  test("it is asked whether AWS would launch the staged build, and one node reads what the next one will", async () => {
    const world = new World();
    let drained = false;
    world.once("drain.started", () => (drained = world.bootProbe.asked.length === 6));
    expect((await attempt(world, {}, { policy: proving("node") })).outcome).toBe("done");
    expect(world.bootProbe.asked).toEqual([
      "launch 2",
      `secret ${SETTINGS}`,
      `secret ${LICENCE}`,
      `i-1 reads ${SETTINGS}`,
      `i-1 reads ${LICENCE}`,
      `i-1 fetches ${INSTALLER}`,
    ]);
    expect(drained).toBe(true);
    expect(world.told).toContain("AWS would launch template version 2");
    expect(world.acts).toEqual([FENCED, ...hopActs(1, ["i-1", "i-2"]), "capacity 2 version 2", OPENED]);
  });

  test("every release on the way is asked about, with its own version of the template", async () => {
    const world = new World();
    expect((await attempt(world, { release: 655 }, { policy: proving("launch") })).outcome).toBe("done");
    expect(world.bootProbe.asked.filter((question) => question.startsWith("launch"))).toEqual(["launch 2", "launch 3"]);
  });

  test("nodes are asked nothing where the stack wants AWS's word alone, and nobody where it wants none", async () => {
    const world = new World();
    await attempt(world, {}, { policy: proving("launch") });
    expect(world.bootProbe.asked).toEqual(["launch 2", `secret ${SETTINGS}`, `secret ${LICENCE}`]);
    const another = new World();
    await attempt(another, {}, { policy: proving("off") });
    expect(another.bootProbe.asked).toEqual([]);
    expect(another.of("step.skipped")[0]).toMatchObject({ step: "proveBoot", why: "the stack turns it off" });
  });
});

describe("what runs as root at boot without a digest", () => {
  const unpinned = proving("off");
  const policy: Policy = {
    ...unpinned,
    bootProof: { ...unpinned.bootProof, missingDigests: ["airgapPackageSha256", "airgapInstallerSha256"] },
  };

  test("is refused before anything changes, by the keys that are missing", async () => {
    const world = new World();
    expect((await attempt(world, {}, { policy })).outcome).toBe("blocked");
    expect(world.of("check.made").find(({ id }) => id === "boot-digests")).toMatchObject({
      ok: false,
      observed: "not set: tfe:airgapPackageSha256, tfe:airgapInstallerSha256",
    });
    expect(world.acts).toEqual([]);
  });

  test("is said, where a stack need not have one: what a node runs then, and the key that changes that", async () => {
    const world = new World();
    expect((await attempt(world, {}, { policy: unpinned })).outcome).toBe("done");
    expect(world.of("check.made").find(({ id }) => id === "boot-digests")).toMatchObject({
      ok: true,
      skipped: true,
      observed: `not compared: a new node runs, as root, whatever ${INSTALLER} serves at its boot. To have it compared, set tfe:installerSha256`,
    });
  });

  test("may be accepted by name, with a reason", async () => {
    const overrides = [{ id: "boot-digests", because: "our mirror is read-only" }];
    expect((await attempt(new World(), {}, { policy, overrides })).outcome).toBe("done");
  });
});

describe("the settings of a new node", () => {
  const policy: Policy = {
    ...DEFAULT_POLICY,
    bootProof: {
      mode: "node",
      secretArns: [SETTINGS],
      sources: [],
      missingDigests: [],
      settings: { secretArn: SETTINGS, given: ["s3_region"] },
    },
  };
  // What the documents list, without what the stack adds; the region comes from the stack's own settings.
  const LISTED = ["enc_password", "pg_netloc", "pg_dbname", "pg_user", "pg_password", "redis_host", "s3_bucket"];

  test("are complete with what the stack adds by itself", async () => {
    const world = new World();
    world.tfe.secretNames = LISTED;
    expect((await attempt(world, {}, { policy })).outcome).toBe("done");
  });

  test("that lack what nodes share are refused before the first drain, by their names", async () => {
    const world = new World();
    world.tfe.secretNames = LISTED.filter((name) => !["redis_host", "pg_password"].includes(name));
    expect((await attempt(world, {}, { policy })).outcome).not.toBe("done");
    expect(world.of("run.failed")).toMatchObject([
      {
        code: "BOOT_PROOF_FAILED",
        detail: "the settings secret lacks pg_password, redis_host: a new node would not share its services",
      },
    ]);
    expect(world.acts.filter((act) => act.startsWith("drain"))).toEqual([]);
  });
});

describe("what would not boot", () => {
  const BREAKS: readonly { what: string; says: string; breaks: (world: World) => void }[] = [
    {
      what: "a launch that AWS would refuse",
      says: "AWS would refuse a launch from template version 2 in subnet-a: UnauthorizedOperation",
      breaks: ({ bootProbe }) => bootProbe.refusals.set(2, "in subnet-a: UnauthorizedOperation"),
    },
    {
      what: "a secret that is gone",
      says: `${LICENCE} does not exist`,
      breaks: ({ bootProbe }) => bootProbe.missing.add(LICENCE),
    },
    {
      what: "a secret that nodes may not read",
      says: `cannot read ${SETTINGS}`,
      breaks: ({ bootProbe }) => bootProbe.denied.add(SETTINGS),
    },
    {
      what: "an installer that nodes do not reach",
      says: `cannot reach ${INSTALLER}`,
      breaks: ({ bootProbe }) => bootProbe.unreachable.add(INSTALLER),
    },
    {
      what: "a node that cannot be asked",
      says: "could not be checked: i-1 does not answer",
      breaks: ({ bootProbe }) => {
        bootProbe.deaf = new RepaveError("NODE_UNREACHABLE", "i-1 does not answer");
      },
    },
  ];

  test.each(BREAKS)("$what blocks with nothing changed but the staged template", async ({ says, breaks }) => {
    const world = new World();
    breaks(world);
    const finished = await attempt(world, {}, { policy: proving("node") });
    expect(finished.outcome).toBe("blocked");
    expect(world.of("run.failed")).toMatchObject([{ step: "proveBoot", code: "BOOT_PROOF_FAILED" }]);
    expect(world.of("run.failed")[0]?.detail).toContain(says);
    expect(world.of("run.failed")[0]?.fleet).toContain(
      "the launch template may hold the new build, which no node uses",
    );
    expect(world.acts).toEqual([FENCED, "capacity 2 version 1", OPENED]);
    expect(world.group.alive().map(({ version }) => version)).toEqual([1, 1]);
    expect(await world.store.lease()).toBeUndefined();
  });

  test("is told all at once", async () => {
    const world = new World();
    for (const { breaks } of BREAKS.slice(0, 4)) breaks(world);
    await attempt(world, {}, { policy: proving("node") });
    const [failed] = world.of("run.failed");
    expect(BREAKS.slice(0, 4).filter(({ says }) => !failed?.detail.includes(says))).toEqual([]);
  });

  test("goes through when it is mended, by the same command", async () => {
    const world = new World();
    world.bootProbe.missing.add(LICENCE);
    await attempt(world, {}, { policy: proving("node") });
    world.bootProbe.missing.clear();
    expect((await attempt(world, {}, { policy: proving("node") })).outcome).toBe("done");
    expect(world.violations).toEqual([]);
  });

  test("is passed over where the operator takes that risk by name, and stands in the journal", async () => {
    const world = new World();
    world.bootProbe.unreachable.add(INSTALLER);
    const overrides = [{ id: "boot-proof", because: "the mirror knows no HEAD" }];
    expect((await attempt(world, {}, { policy: proving("node"), overrides })).outcome).toBe("done");
    expect(world.of("override.used")).toEqual([{ event: "override.used", ...overrides[0] }]);
    expect(world.told).toContain(`accepted: cannot reach ${INSTALLER}`);
  });

  test("is not asked for again once the outage has begun", async () => {
    const world = new World();
    world.once("zero.reached", () => world.bootProbe.missing.add(LICENCE));
    world.once("one.launched", () => world.group.sicken("i-3"));
    expect((await attempt(world, {}, { policy: proving("launch") })).outcome).toBe("halted");
    world.group.heal("i-3");
    expect((await attempt(world, {}, { policy: proving("launch") })).outcome).toBe("done");
    expect(world.bootProbe.asked).toHaveLength(3);
  });
});
