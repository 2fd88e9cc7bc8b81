import type { BuildConfig } from "../../../infra/contract";
import { ALLOWED_CHANGES } from "../../../orchestration/adapters/pulumi/allowedChanges";
import type { ContractStack, EngineStackPort } from "../../../orchestration/adapters/pulumi/stack";
import { recordedStack } from "../../../orchestration/adapters/pulumi/recordedStack";
import { RepaveError } from "../../../orchestration/domain/errors";
import { memoryRunStore } from "../../fakes/runStore";

/** A clone: a file of its own, and what the engine was asked for from it. */
class Clone implements EngineStackPort {
  readonly applied: BuildConfig[] = [];
  previewed: BuildConfig | undefined;
  constructor(public file: BuildConfig) {}
  readonly allowed = ALLOWED_CHANGES;
  config = (): Promise<BuildConfig> => Promise.resolve(this.file);
  outputs = (): Promise<undefined> => Promise.resolve(undefined);
  pendingOperations = (): Promise<readonly string[]> => Promise.resolve([]);
  appConfig = (): Promise<Record<string, string>> => Promise.resolve({});
  keepAppConfig = (): Promise<void> => Promise.resolve();
  unwritable = (): Promise<undefined> => Promise.resolve(undefined);
  fingerprint = (): Promise<Record<string, string>> => Promise.resolve({});
  preview = (change: BuildConfig): Promise<readonly []> => {
    this.previewed = { ...this.file, ...change };
    return Promise.resolve([]);
  };
  apply = async (change: BuildConfig): Promise<readonly []> => {
    await this.write(change);
    this.applied.push(this.file);
    return [];
  };
  write = (change: BuildConfig): Promise<void> => {
    this.file = { ...this.file, ...change };
    return Promise.resolve();
  };
}

const vouch = (): Promise<void> => Promise.resolve();

const FIRST: BuildConfig = { releaseSequence: 610, image: "ami-a", nodeCount: 2 };
const STAGED: BuildConfig = { releaseSequence: 642, image: "ami-b", activeTemplateVersion: 1 };

let store: ReturnType<typeof memoryRunStore>;
beforeEach(() => {
  store = memoryRunStore();
});

/** The stack as a process in this clone has it; `runId`: it holds the lease for that run. */
const stackIn = (clone: Clone, runId?: string): ContractStack =>
  recordedStack({
    engine: clone,
    store,
    now: () => 5_000,
    run: () => (runId === undefined ? undefined : { id: runId }),
  });

it("a run's values are kept in the store before the update, and numbered in the file", async () => {
  const clone = new Clone(FIRST);
  const stack = stackIn(clone, "run-1");
  await stack.apply(STAGED);
  await stack.apply({ nodeCount: 0 });
  expect(await store.build()).toEqual({
    schema: 1,
    number: 2,
    runId: "run-1",
    at: 5_000,
    values: { ...STAGED, nodeCount: 0 },
  });
  expect(clone.applied).toEqual([
    { ...FIRST, ...STAGED, buildRecord: 1 },
    { ...STAGED, nodeCount: 0, buildRecord: 2 },
  ]);
});

it("values that the store cannot keep are not applied", async () => {
  const clone = new Clone(FIRST);
  store.recordBuild = () => Promise.reject(new Error("no bucket"));
  await expect(stackIn(clone, "run-1").apply(STAGED)).rejects.toThrow("no bucket");
  expect(clone.applied).toEqual([]);
  expect(clone.file).toEqual(FIRST);
});

it("what could not be written into the file is not kept either: no clone is behind it", async () => {
  const clone = new Clone(FIRST);
  const stack = stackIn(clone, "run-1");
  clone.apply = () => Promise.reject(new RepaveError("STACK_FILE_UNWRITABLE", "EPERM"));
  await expect(stack.apply(STAGED)).rejects.toMatchObject({ code: "STACK_FILE_UNWRITABLE" });
  expect(await stackIn(new Clone(FIRST)).outOfDate()).toBeUndefined();
  expect(await store.build()).toMatchObject({ number: 2, values: FIRST });
});

it("an update that changes no value keeps the number", async () => {
  const stack = stackIn(new Clone(FIRST), "run-1");
  await stack.apply(STAGED);
  await stack.apply({ nodeCount: 2 });
  expect((await store.build())?.number).toBe(1);
});

it("nothing is kept of an update that no run makes", async () => {
  const clone = new Clone(FIRST);
  await stackIn(clone).apply({ nodeCount: 1 });
  expect(await store.build()).toBeUndefined();
  expect(clone.file).toEqual({ ...FIRST, nodeCount: 1 });
});

describe("a clone that has not seen a run", () => {
  let stale: Clone;
  beforeEach(async () => {
    const stack = stackIn(new Clone(FIRST), "run-1");
    for (const change of [STAGED, { nodeCount: 0 }, { nodeCount: 1, activeTemplateVersion: 2 }])
      await stack.apply(change);
    stale = new Clone(FIRST);
  });

  it("is told what it lacks, and changes nothing by being asked", async () => {
    const why =
      "the stack file is older than run run-1: releaseSequence 610 here, 642 there; image ami-a here, ami-b there; " +
      "activeTemplateVersion (none) here, 2 there; nodeCount 2 here, 1 there";
    expect(await stackIn(stale).outOfDate()).toBe(why);
    expect(stale.file).toEqual(FIRST);
  });

  it("does not move the pin back when the run goes on in it", async () => {
    stale = new Clone({ ...FIRST, image: "ami-b" });
    const stack = stackIn(stale, "run-1");
    expect(await stack.config()).toMatchObject({ activeTemplateVersion: 2, nodeCount: 1 });
    await stack.preview({ nodeCount: 2 });
    expect(stale.previewed).toMatchObject({ releaseSequence: 642, activeTemplateVersion: 2, nodeCount: 2 });
    await stack.apply({ nodeCount: 2 });
    expect(stale.applied).toEqual([{ ...STAGED, activeTemplateVersion: 2, nodeCount: 2, buildRecord: 4 }]);
  });

  it("is brought up to date without an update, once", async () => {
    const stack = stackIn(stale);
    expect(await stack.bringUpToDate(vouch)).toBe(
      "releaseSequence 610 → 642, image ami-a → ami-b, activeTemplateVersion (none) → 2, nodeCount 2 → 1 (run run-1)",
    );
    expect(stale.file).toEqual({ ...STAGED, activeTemplateVersion: 2, nodeCount: 1, buildRecord: 3 });
    expect(stale.applied).toEqual([]);
    expect([await stack.bringUpToDate(vouch), await stack.outOfDate()]).toEqual([undefined, undefined]);
  });

  it("takes up no image that appeared after the run was checked", async () => {
    const stack = stackIn(stale, "run-1");
    for (const act of [
      () => stack.config(),
      () => stack.preview({ nodeCount: 2 }),
      () => stack.apply({ nodeCount: 2 }),
    ])
      await expect(act()).rejects.toMatchObject({ code: "IMAGE_NOT_VOUCHED" });
    expect([stale.file, stale.applied]).toEqual([FIRST, []]);
  });

  it("is not brought up to date with an image that nobody vouches for", async () => {
    const asked: (readonly string[])[] = [];
    const refusing = (images: readonly string[]): Promise<void> => {
      asked.push(images);
      return Promise.reject(new RepaveError("IMAGE_NOT_VOUCHED", images.join()));
    };
    await expect(stackIn(stale).bringUpToDate(refusing)).rejects.toMatchObject({ code: "IMAGE_NOT_VOUCHED" });
    expect([asked, stale.file]).toEqual([[["ami-b"]], FIRST]);
  });

  it("goes by its own file while no run of it holds the stack", async () => {
    const stack = stackIn(stale);
    await stack.preview({});
    expect([await stack.config(), stale.previewed]).toEqual([FIRST, FIRST]);
  });
});

it("what an operator changes in the newest file is no clone that is behind", async () => {
  const clone = new Clone(FIRST);
  await stackIn(clone, "run-1").apply(STAGED);
  await clone.write({ releaseSequence: 692, nodeCount: 3 });
  expect(await stackIn(clone).outOfDate()).toBeUndefined();
});

it("a file that another store's runs wrote is ahead, and numbers go on from it", async () => {
  await stackIn(new Clone(FIRST), "run-1").apply(STAGED);
  const pulled = new Clone({ ...STAGED, nodeCount: 2, activeTemplateVersion: 9, buildRecord: 40 });
  expect(await stackIn(pulled).outOfDate()).toBeUndefined();
  await stackIn(pulled, "run-2").apply({ nodeCount: 0 });
  expect(await store.build()).toMatchObject({ number: 41, values: { activeTemplateVersion: 9, nodeCount: 0 } });
});
