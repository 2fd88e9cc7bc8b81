import type { Release } from "../../orchestration/domain/release";
import type { Clock } from "../../orchestration/ports/clock";
import type { NodeAddress } from "../../orchestration/ports/nodeShell";
import type { Tfe } from "../../orchestration/ports/tfe";

/** A node whose application is started and is given one run after another. */
export interface TfeSubject {
  readonly tfe: Tfe;
  readonly node: NodeAddress;
  /** An address at which no node answers. */
  readonly nobody: NodeAddress;
  readonly release: Release;
  /** A setting that can be changed. */
  readonly setting: string;
  readonly clock: Clock;
}

const SECOND = 1000;
const PATIENCE = 3600 * SECOND;

/** What every Tfe promises, whatever the dialect. */
export function describeTfeContract(name: string, make: () => TfeSubject): void {
  describe(`application contract: ${name}`, () => {
    let subject: TfeSubject;
    let tfe: Tfe;
    let node: NodeAddress;
    beforeEach(() => {
      subject = make();
      ({ tfe, node } = subject);
    });

    const state = async (): Promise<string> => (await tfe.appStatus(node)).state;
    /** Every answer until one fits. */
    async function until<T>(ask: () => Promise<T>, fits: (answer: T) => boolean): Promise<readonly T[]> {
      const answers: T[] = [];
      const end = subject.clock.now() + PATIENCE;
      while (subject.clock.now() < end) {
        const answer = await ask();
        answers.push(answer);
        if (fits(answer)) return answers;
        await subject.clock.sleep(5 * SECOND);
      }
      throw new Error(`It does not come about: ${JSON.stringify(answers.at(-1))}`);
    }
    const idle = (): Promise<unknown> =>
      until(
        () => tfe.activeWork(node),
        (work) => work === 0,
      );

    it("reads a node that is well", async () => {
      expect(await tfe.appStatus(node)).toEqual({
        release: subject.release,
        state: "started",
        desiredState: "started",
        isTransitioning: false,
      });
      expect(Object.values(await tfe.systemStatus(node))).not.toHaveLength(0);
      for (const word of Object.values(await tfe.systemStatus(node))) expect(word).toBe("ready");
      expect((await tfe.healthCheck(node)).failed).toEqual([]);
      expect(await tfe.selfCheck(node)).toMatchObject({ status: 200 });
      expect(await tfe.diskFree(node)).toBeGreaterThan(1024 ** 3);
      expect(await tfe.supportBundle(node)).not.toBe("");
    });

    it("counts the runs of a node that is not draining, which come and go", async () => {
      const counts = await until(
        () => tfe.activeWork(node),
        (work) => work > 0,
      );
      for (const count of counts) expect(Number.isInteger(count)).toBe(true);
    });

    it("is drained when its work is over, and takes no more", async () => {
      await tfe.drain(node);
      await idle();
      for (let minute = 0; minute < 30; minute += 1) {
        await subject.clock.sleep(60 * SECOND);
        expect(await tfe.activeWork(node)).toBe(0);
      }
      expect((await tfe.healthCheck(node)).failed).toEqual([]);
    });

    it("may be told to drain again", async () => {
      await tfe.drain(node);
      await idle();
      await tfe.drain(node);
      expect(await tfe.activeWork(node)).toBe(0);
    });

    it("stops waiting for a drain with the reason of its signal, and the node drains on", async () => {
      await until(
        () => tfe.activeWork(node),
        (work) => work > 0,
      );
      const stop = new AbortController();
      const drain = tfe.drain(node, stop.signal);
      void subject.clock.sleep(SECOND).then(() => {
        stop.abort(new Error("enough"));
      });
      await expect(drain).rejects.toThrow("enough");
      await idle();
      await subject.clock.sleep(600 * SECOND);
      expect(await tfe.activeWork(node)).toBe(0);
    });

    it("is started anew out of a drain, and then takes work again; each may be repeated", async () => {
      await tfe.drain(node);
      await idle();
      await tfe.stopApp(node);
      await tfe.stopApp(node);
      await until(state, (word) => word === "stopped");
      expect(await tfe.appStatus(node)).toMatchObject({ desiredState: "stopped" });
      await tfe.startApp(node);
      await until(state, (word) => word === "started");
      await tfe.startApp(node);
      expect(await state()).toBe("started");
      await until(
        () => tfe.activeWork(node),
        (work) => work > 0,
      );
    });

    it("changes a setting on the node, beside the others and not in what it was built with", async () => {
      const [before, built] = [await tfe.appConfig(node), await tfe.builtSettings(node)];
      for (let time = 0; time < 2; time += 1) {
        await tfe.setAppConfig(node, subject.setting, "7");
        expect(await tfe.appConfig(node)).toEqual({ ...before, [subject.setting]: "7" });
      }
      expect(await tfe.builtSettings(node)).toEqual(built);
    });

    it.each([
      "activeWork",
      "appStatus",
      "systemStatus",
      "healthCheck",
      "selfCheck",
      "appConfig",
      "builtSettings",
      "licenceExpiry",
      "diskFree",
      "drain",
      "stopApp",
      "startApp",
    ] as const)("%s makes no answer up where the node cannot be asked", async (ask) => {
      await expect(tfe[ask](subject.nobody)).rejects.toMatchObject({ code: "NODE_UNREACHABLE" });
    });
  });
}
