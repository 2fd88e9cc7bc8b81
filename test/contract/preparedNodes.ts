import { alive, type Fleet } from "../../orchestration/domain/fleet";
import type { PreparedLaunch, PreparedNode, PreparedNodes } from "../../orchestration/ports/account/preparedNodes";

/** A group that is at zero and has room for one, whose template has a version 2 that nothing was launched from. */
export interface PreparedNodesSubject {
  readonly nodes: PreparedNodes;
  readonly describe: () => Promise<Fleet>;
  /** Whether there is capacity for another instance. */
  readonly setCapacity: (isThere: boolean) => void;
  /** Time passes on the subject's clock. */
  readonly pass: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const LAUNCH: PreparedLaunch = { templateVersion: 2, runId: "run-1", hop: 0, ordinal: 0 };

/** What every PreparedNodes promises, whatever stands behind it. */
export function describePreparedNodesContract(name: string, make: () => Promise<PreparedNodesSubject>): void {
  jest.setTimeout(30_000);
  describe(`prepared nodes contract: ${name}`, () => {
    let subject: PreparedNodesSubject;
    beforeEach(async () => {
      subject = await make();
    });
    afterEach(() => subject.close());

    async function running(): Promise<PreparedNode> {
      await subject.nodes.launch(LAUNCH);
      await subject.pass(120_000);
      const [node] = await subject.nodes.list();
      if (node?.state !== "running") throw new Error(`It does not run: ${JSON.stringify(node)}`);
      return node;
    }

    it("launches outside of the group, from the version that is asked for, and lists what it launched", async () => {
      const launched = await subject.nodes.launch(LAUNCH);
      expect(launched).toMatchObject({ templateVersion: 2, runId: "run-1", hop: 0 });
      const { id, templateVersion, launchedAt, imageId } = launched;
      expect(await subject.nodes.list()).toEqual([
        expect.objectContaining({ id, templateVersion, launchedAt, imageId }),
      ]);
      expect(alive(await subject.describe())).toEqual([]);
    });

    it("launches once, however often the same launch is asked for", async () => {
      const { id } = await subject.nodes.launch(LAUNCH);
      expect((await subject.nodes.launch(LAUNCH)).id).toBe(id);
      expect((await subject.nodes.launch({ ...LAUNCH, ordinal: 1 })).id).not.toBe(id);
      expect(await subject.nodes.list()).toHaveLength(2);
    });

    it("says at once that there is no capacity", async () => {
      subject.setCapacity(false);
      await expect(subject.nodes.launch(LAUNCH)).rejects.toMatchObject({ code: "PREPARE_FAILED" });
      expect(await subject.nodes.list()).toEqual([]);
    });

    it("attaches a running one, which raises the desired capacity; it is outside no more", async () => {
      const { id } = await running();
      await subject.nodes.attach(id);
      const fleet = await subject.describe();
      expect(fleet.group).toMatchObject({ min: 0, desired: 1, max: 1 });
      expect(alive(fleet)).toMatchObject([{ id, templateVersion: 2 }]);
      expect(await subject.nodes.list()).toEqual([]);
    });

    it("attaches none where there is no room, and none that does not run yet", async () => {
      const { id: young } = await subject.nodes.launch({ ...LAUNCH, ordinal: 7 });
      await expect(subject.nodes.attach(young)).rejects.toMatchObject({ code: "AWS_REFUSED" });
      await subject.pass(120_000);
      await subject.nodes.attach(young);
      const { id } = await subject.nodes.launch(LAUNCH);
      await subject.pass(120_000);
      await expect(subject.nodes.attach(id)).rejects.toMatchObject({ code: "AWS_REFUSED" });
    });

    it("terminates, and may be asked again", async () => {
      const { id } = await running();
      await subject.nodes.terminate([id]);
      await subject.nodes.terminate([id]);
      await subject.pass(600_000);
      expect(await subject.nodes.list()).toEqual([]);
      await subject.nodes.terminate([]);
    });
  });
}
