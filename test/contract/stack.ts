import { unexpected, type ResourceChange } from "../../orchestration/domain/changes";
import type { Build, Stack } from "../../orchestration/ports/stack";

/** A stack that was built with two nodes, pinned to version 1 of its template, and whose file says what it was built with. */
export interface StackSubject {
  readonly stack: Stack;
  /** Another release than the one it was built for. */
  readonly next: Build["release"];
  /** A setting of its application that the stack's file does not have yet. */
  readonly setting: Readonly<Record<string, string>>;
  /** Somebody edits something that no step may change. */
  readonly edit: () => Promise<void>;
  /** The next update of the group is answered with an error, before it did anything. */
  readonly failNext: () => void | Promise<void>;
  readonly close: () => Promise<void>;
}

/** What every Stack promises. Its clauses build on each other: an update of the real one takes its time. */
export function describeStackContract(name: string, make: () => Promise<StackSubject>): void {
  describe(`stack contract: ${name}`, () => {
    let subject: StackSubject;
    let stack: Stack;
    beforeAll(async () => {
      subject = await make();
      ({ stack } = subject);
    });
    afterAll(() => subject.close());

    const refused = (changes: readonly ResourceChange[], by: keyof Stack["allowed"]): readonly string[] =>
      unexpected(changes, stack.allowed[by]);
    const everything = async (): Promise<unknown> => [
      await stack.config(),
      await stack.outputs(),
      await stack.appConfig(),
    ];

    it("has nothing to change, nothing pending and a file that is not behind once it is built", async () => {
      expect(await stack.preview({})).toEqual([]);
      expect(await stack.apply({})).toEqual([]);
      expect(await stack.pendingOperations()).toEqual([]);
      expect(await stack.outOfDate()).toBeUndefined();
      expect(await stack.bringUpToDate(() => Promise.resolve())).toBeUndefined();
      expect(await stack.outputs()).toMatchObject({ nodeCount: 2, activeTemplateVersion: 1, latestTemplateVersion: 1 });
    });

    it("previews a new build as a change of the template alone, and writes nothing for it", async () => {
      const before = await everything();
      const changes = await stack.preview({ release: subject.next, activeTemplateVersion: 1 } as Build);
      expect(changes).toHaveLength(1);
      expect(refused(changes, "stage")).toEqual([]);
      expect(refused(changes, "scale")).not.toEqual([]);
      expect(await everything()).toEqual(before);
    });

    it("stages it: what was previewed is made, and the pin stays", async () => {
      const change = { release: subject.next, activeTemplateVersion: 1 } as Build;
      const previewed = await stack.preview(change);
      expect(await stack.apply(change)).toEqual(previewed);
      expect(await stack.config()).toMatchObject({ release: subject.next, nodeCount: 2, activeTemplateVersion: 1 });
      expect(await stack.outputs()).toMatchObject({
        release: subject.next,
        latestTemplateVersion: 2,
        activeTemplateVersion: 1,
      });
    });

    it("changes nothing when the same is asked for again", async () => {
      const change = { release: subject.next, activeTemplateVersion: 1 } as Build;
      expect(await stack.preview(change)).toEqual([]);
      expect(await stack.apply(change)).toEqual([]);
      expect(await stack.outputs()).toMatchObject({ latestTemplateVersion: 2 });
    });

    it("moves capacity and pin in one update of the group alone", async () => {
      await stack.apply({ nodeCount: 0 });
      const change = { nodeCount: 1, activeTemplateVersion: 2 };
      const previewed = await stack.preview(change);
      expect(previewed).toMatchObject([{ properties: ["desiredCapacity", "launchTemplate", "maxSize", "minSize"] }]);
      expect(refused(previewed, "scale")).toEqual([]);
      expect(refused(previewed, "stage")).not.toEqual([]);
      expect(await stack.apply(change)).toEqual(previewed);
      expect(await stack.outputs()).toMatchObject({ nodeCount: 1, activeTemplateVersion: 2 });
      expect(await stack.preview({})).toEqual([]);
    });

    it("keeps in its file what an update that failed was asked for, and in its outputs what is", async () => {
      await subject.failNext();
      await expect(stack.apply({ nodeCount: 2 })).rejects.toMatchObject({ code: "STACK_UPDATE_FAILED" });
      expect(await stack.config()).toMatchObject({ nodeCount: 2 });
      expect(await stack.outputs()).toMatchObject({ nodeCount: 1 });
      expect(refused(await stack.preview({}), "scale")).toEqual([]);
      expect(await stack.apply({})).toHaveLength(1);
      expect(await stack.outputs()).toMatchObject({ nodeCount: 2 });
    });

    it("shows what somebody edited until an update makes it, and then no more", async () => {
      await subject.edit();
      const previewed = await stack.preview({});
      for (const by of ["stage", "scale", "abort", "none"] as const) expect(refused(previewed, by)).toHaveLength(1);
      expect(await stack.apply({})).toEqual(previewed);
      expect(await stack.preview({})).toEqual([]);
    });

    it("is updated by one at a time", async () => {
      const results = await Promise.allSettled([stack.apply({ nodeCount: 1 }), stack.apply({ nodeCount: 1 })]);
      const reasons = results.flatMap((result): unknown[] => (result.status === "rejected" ? [result.reason] : []));
      expect(reasons).toEqual([expect.objectContaining({ code: "STACK_LOCKED" })]);
      expect(await stack.outputs()).toMatchObject({ nodeCount: 1 });
    });

    it("keeps settings for the next build beside those that are there", async () => {
      const before = await stack.appConfig();
      await stack.keepAppConfig(subject.setting);
      expect(await stack.appConfig()).toEqual({ ...before, ...subject.setting });
    });
  });
}
