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
  /** A setting, which can be changed unless the dialect's facts say where else. */
  readonly setting: string;
  /** Conditions that a drained node does not meet. Default: it meets all. */
  readonly unmetWhenDrained?: readonly string[];
  /** Its drain goes on by itself: the command only begins it. */
  readonly drainIsDetached?: boolean;
  /** Two secrets that it has. */
  readonly secret: string;
  readonly otherSecret: string;
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

    const state = (): Promise<string> => tfe.state(node);
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
      const answers = await tfe.observe({ made: true, value: node });
      expect(answers).toMatchObject({ release: subject.release, state: "started", inTransition: false });
      const conditions = answers.conditions(subject.release);
      expect(conditions.length).toBeGreaterThan(0);
      expect(conditions.filter(({ held }) => !held)).toEqual([]);
      expect(new Set(conditions.map(({ id }) => id)).size).toBe(conditions.length);
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
      const answers = await tfe.observe({ made: true, value: node });
      const unmet = answers.conditions(subject.release).filter(({ held }) => !held);
      expect(unmet.map(({ id }) => id)).toEqual(subject.unmetWhenDrained ?? []);
      expect(answers).toMatchObject({ state: "started", inTransition: false });
      expect(answers.failure).toBeUndefined();
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
      // One that only begins has begun by then, and ended.
      void subject.clock.sleep(subject.drainIsDetached === true ? 60 * SECOND : SECOND).then(() => {
        stop.abort(new Error("enough"));
      });
      if (subject.drainIsDetached === true) await drain;
      else await expect(drain).rejects.toThrow("enough");
      await idle();
      await subject.clock.sleep(600 * SECOND);
      expect(await tfe.activeWork(node)).toBe(0);
    });

    it("is started anew out of a drain, and then takes work again; each may be repeated", async () => {
      await tfe.drain(node);
      await idle();
      await tfe.stop(node);
      await tfe.stop(node);
      await until(state, (word) => word === "stopped");
      expect(await tfe.observe({ made: true, value: node })).toMatchObject({ state: "stopped", inTransition: false });
      await tfe.start(node);
      await until(state, (word) => word === "started");
      await tfe.start(node);
      expect(await state()).toBe("started");
      await until(
        () => tfe.activeWork(node),
        (work) => work > 0,
      );
    });

    it("changes a setting on the node, beside the others and not in what it was built with; or says where else", async () => {
      const before = await tfe.settingsSinceBuild(node);
      expect(await tfe.settings(node)).toEqual(before.now);
      expect(before.now).toHaveProperty(subject.setting);
      const elsewhere = tfe.facts.settings.setElsewhere?.(subject.setting);
      if (elsewhere !== undefined) {
        const setting = tfe.setSetting(node, subject.setting, "7");
        await expect(setting).rejects.toMatchObject({ code: "SETTING_NEEDS_REPAVE", detail: elsewhere });
        expect(await tfe.settingsSinceBuild(node)).toEqual(before);
        return;
      }
      const value = { plain: "7" };
      for (let time = 0; time < 2; time += 1) {
        await tfe.setSetting(node, subject.setting, "7");
        expect(await tfe.settingsSinceBuild(node)).toEqual({
          now: { ...before.now, [subject.setting]: value },
          built: before.built,
        });
      }
      expect(await tfe.settings(node, { keys: [subject.setting] })).toEqual({ [subject.setting]: value });
    });

    it("reads no secret, and knows one from another", async () => {
      const { now, built } = await tfe.settingsSinceBuild(node, { keys: [subject.secret, subject.otherSecret] });
      expect(now[subject.secret]).toEqual({ digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
      expect(now).toEqual(built);
      expect(now[subject.secret]).not.toEqual(now[subject.otherSecret]);
    });

    it("fetches a release and has it check the upgrade, or has nothing of the kind", async () => {
      const fetched = await tfe.fetch(node, subject.release);
      if (fetched) expect(fetched.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
      const check = await tfe.upgradeCheck(node, subject.release);
      if (check) expect(["passed", "failed", "could not run"]).toContain(check.verdict);
      expect(tfe.facts.healthPath(subject.release)).toMatch(/^\/\w/);
    });

    it.each([
      ["of a node that cannot be asked", () => ({ made: true, value: subject.nobody }) as const],
      ["of one that has no address", () => ({ made: false, why: "no address" }) as const],
    ])("observe never throws, and %s holds nothing and knows nothing", async (_, where) => {
      const answers = await tfe.observe(where());
      expect(answers).toMatchObject({ state: "unknown", inTransition: false, release: undefined });
      expect(answers.conditions(subject.release).filter(({ held }) => held)).toEqual([]);
    });

    it.each([
      "state",
      "activeWork",
      "settings",
      "settingsSinceBuild",
      "licenceEnds",
      "diskFree",
      "drain",
      "stop",
      "start",
      "supportBundle",
    ] as const)("%s makes no answer up where the node cannot be asked", async (ask) => {
      await expect(tfe[ask](subject.nobody)).rejects.toMatchObject({ code: "NODE_UNREACHABLE" });
    });
  });
}
