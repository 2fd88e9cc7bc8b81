import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireReplaceable } from "../../orchestration/adapters/machine/files";
import { RepaveError } from "../../orchestration/domain/errors";
import { World } from "../fakes/world";
import { attempt, call, LEASE_RUNS_OUT_MS } from "../support/attempt";
import { expectUntouched, refused } from "../support/refusal";

it("a stack file that cannot be written is found before anything is changed", async () => {
  const world = new World();
  world.stack.sealed = "EPERM: operation not permitted, access 'Pulumi.test.yaml'";
  await refused(world);
  expect(world.told).toContain("stack-file-writable: EPERM");
  await expectUntouched(world);
});

it("one that became so during the run ends it by its name, with everything as it was, and the same command goes on once it is mended", async () => {
  const world = new World();
  world.once(
    "step.started",
    () => (world.stack.sealed = "EROFS: read-only file system"),
    ({ step }) => step === "stage",
  );
  expect((await attempt(world)).outcome).toBe("blocked");
  expect(world.of("run.failed").at(-1)?.code).toBe("STACK_FILE_UNWRITABLE");
  expect(world.told).toContain("Blocked. No node was touched, and everything was restored.");
  expect(world.told).not.toContain("Nothing was changed");
  expect(world.group.suspended).toEqual([]);
  world.stack.sealed = undefined;
  expect((await attempt(world)).outcome).toBe("done");
});

it("a file that is behind is refused with the command that updates it", async () => {
  const world = new World();
  world.stack.behind = "the stack file is older than run r1";
  await refused(world);
  expect(world.told).toContain("the stack file is older than run r1. Update it: npm run sync -- --stack ");
});

describe("after a run that stopped with the fence up", () => {
  it("no later call says that nothing was changed", async () => {
    const world = new World();
    const stop = new AbortController();
    world.once("drain.proven", () => stop.abort(new RepaveError("INTERRUPTED", "stopped")));
    await attempt(world, {}, { signal: stop.signal });
    const [run] = await world.store.list();
    await world.clock.sleep(LEASE_RUNS_OUT_MS);
    for (const again of [() => attempt(world, { release: 692 }), () => call(world, { release: 692 })]) {
      const before = world.told.length;
      expect(await again()).toMatchObject({ outcome: "blocked", runId: run?.runId });
      const told = world.told.slice(before);
      expect(told).toContain(`Not continued. The fleet is as run ${run?.runId} left it.`);
      expect(told).not.toContain("Nothing was changed");
      expect(world.of("run.failed").at(-1)?.fleet).toBe(`as run ${run?.runId} left it`);
    }
  });
});

describe("requireReplaceable", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "replaceable-"));
    await writeFile(join(dir, "a.yaml"), "x");
  });
  afterEach(async () => {
    await chmod(dir, 0o700);
    await rm(dir, { recursive: true });
  });

  it("leaves file and folder as they were", async () => {
    await requireReplaceable(join(dir, "a.yaml"));
    expect(await readFile(join(dir, "a.yaml"), "utf8")).toBe("x");
  });

  it("fails where the file is not there", async () => {
    await expect(requireReplaceable(join(dir, "b.yaml"))).rejects.toThrow("ENOENT");
  });

  // Root may write everywhere.
  const asUser = process.getuid?.() === 0 ? it.skip : it;
  asUser.each([0o400, 0o444])("fails where the file has mode %o", async (mode) => {
    await chmod(join(dir, "a.yaml"), mode);
    await expect(requireReplaceable(join(dir, "a.yaml"))).rejects.toThrow("EACCES");
  });
  asUser("fails where the folder is read-only", async () => {
    await chmod(dir, 0o500);
    await expect(requireReplaceable(join(dir, "a.yaml"))).rejects.toThrow("EACCES");
  });
});
