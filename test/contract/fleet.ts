import { FENCE } from "../../orchestration/adapters/aws/fence";
import { alive, type Fleet, type Instance } from "../../orchestration/domain/fleet";
import type { FleetPort } from "../../orchestration/ports/fleet";

/** A group of two healthy nodes, launched from version 1 of its template, with nothing suspended. */
export interface FleetSubject {
  readonly fleet: FleetPort;
  /** The release that its nodes were built for. */
  readonly release: Instance["release"];
  readonly image: { readonly there: string; readonly missing: string };
  /** Somebody sets the group's capacity. */
  readonly scale: (nodes: number) => void;
  /** Somebody suspends processes of the group. */
  readonly suspend: (processes: readonly string[]) => void;
  /** Somebody terminates a machine without asking the group. */
  readonly kill: (instanceId: string) => void;
  /** Time passes on the subject's clock, and nobody else moves it. */
  readonly pass: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const SECOND = 1000;
const STEP = 5 * SECOND;
const PATIENCE = 30 * 60 * SECOND;

/** What every FleetPort promises, whatever stands behind it. */
export function describeFleetContract(name: string, make: () => Promise<FleetSubject>): void {
  jest.setTimeout(30_000);
  describe(`fleet contract: ${name}`, () => {
    let subject: FleetSubject;
    beforeEach(async () => {
      subject = await make();
    });
    afterEach(() => subject.close());

    const look = (): Promise<Fleet> => subject.fleet.describe();
    const ids = async (): Promise<readonly string[]> => (await look()).instances.map(({ id }) => id);
    const seen = async (id: string): Promise<Instance | undefined> =>
      (await look()).instances.find((instance) => instance.id === id);

    /** Every fleet that is seen, the one that fits included; fails where none comes. */
    async function until(fits: (fleet: Fleet) => boolean): Promise<readonly Fleet[]> {
      const all: Fleet[] = [];
      for (let waited = 0; waited <= PATIENCE; waited += STEP) {
        const fleet = await look();
        all.push(fleet);
        if (fits(fleet)) return all;
        await subject.pass(STEP);
      }
      throw new Error(`It does not come about: ${JSON.stringify(all.at(-1))}`);
    }

    /** One instance as it was seen, each different sight once. */
    const life = (fleets: readonly Fleet[], id: string): readonly (Instance | undefined)[] => {
      const sights = fleets.map((fleet) => fleet.instances.find((instance) => instance.id === id));
      return sights.filter((sight, n) => n === 0 || JSON.stringify(sight) !== JSON.stringify(sights[n - 1]));
    };
    const states = (fleets: readonly Fleet[], id: string): readonly string[] => [
      ...new Set(life(fleets, id).map((instance) => instance?.state ?? "not there")),
    ];

    describe("describe", () => {
      it("shows the group and each of its nodes", async () => {
        const { group, instances } = await look();
        expect(group).toMatchObject({
          min: 2,
          max: 2,
          desired: 2,
          templateVersion: "1",
          suspended: [],
          fenceGaps: FENCE,
        });
        expect(group.instanceRefreshInProgress).toBe(false);
        expect(new Set(instances.map(({ id }) => id)).size).toBe(2);
        for (const instance of instances) {
          expect(instance).toMatchObject({
            state: "running",
            place: "inService",
            lifecycle: "InService",
            target: "healthy",
            templateVersion: 1,
            release: subject.release,
          });
          expect(instance.privateIp).toMatch(/^10\./);
          expect(instance.launchedAt).toBeGreaterThan(0);
        }
      });

      it("changes nothing by looking", async () => {
        expect(await look()).toEqual(await look());
      });

      it("shows an instance from its launch on: pending, then running, and healthy only after that", async () => {
        const known = await ids();
        subject.scale(3);
        const fleets = await until(({ instances }) => instances.filter((i) => i.target === "healthy").length === 3);
        const [born = ""] = (await ids()).filter((id) => !known.includes(id));
        expect(states(fleets, born).filter((state) => state !== "not there")).toEqual(["pending", "running"]);
        for (const instance of life(fleets, born).filter((one) => one !== undefined)) {
          expect(instance).toMatchObject({ templateVersion: 1, release: subject.release });
          if (instance.state === "pending") expect(instance).toMatchObject({ place: "joining", lifecycle: "Pending" });
          if (instance.lifecycle === "Pending") expect(instance.target).not.toBe("healthy");
        }
        expect(fleets.at(-1)?.group).toMatchObject({ min: 3, max: 3, desired: 3 });
      });

      it("shows an instance that leaves the group until it is terminated, and then as terminated", async () => {
        const known = await ids();
        subject.scale(0);
        const fleets = await until((fleet) => alive(fleet).length === 0);
        for (const id of known) {
          expect(states(fleets, id)).toEqual(["running", "shutting-down", "terminated"]);
          const leaving = life(fleets, id).filter((one) => one?.place === "leaving");
          expect(leaving.map((one) => one?.target)).not.toContain("healthy");
          expect(leaving.length).toBeGreaterThan(0);
          expect(life(fleets, id).at(-1)).toMatchObject({ place: "out", lifecycle: undefined });
        }
        expect(fleets.at(-1)?.group).toMatchObject({ min: 0, max: 0, desired: 0 });
      });

      it("takes out only as many as are too many", async () => {
        subject.scale(1);
        const fleets = await until((fleet) => alive(fleet).length === 1);
        expect(fleets.at(-1)?.instances.filter((i) => i.place === "inService")).toHaveLength(1);
      });
    });

    describe("fence and unfence", () => {
      const suspended = async (): Promise<readonly string[]> => [...(await look()).group.suspended].sort();

      it("suspend what the fence holds, resume what was not found so, and may be repeated", async () => {
        subject.suspend(["ReplaceUnhealthy", "Launch"]);
        const found = await suspended();
        await subject.fleet.fence();
        await subject.fleet.fence();
        expect(await suspended()).toEqual([...FENCE, "Launch"].sort());
        expect((await look()).group.fenceGaps).toEqual([]);
        const resumed = FENCE.filter((process) => process !== "ReplaceUnhealthy");
        expect(await subject.fleet.unfence(found)).toEqual(resumed);
        expect(await subject.fleet.unfence(found)).toEqual(resumed);
        expect(await suspended()).toEqual(found);
        expect((await look()).group.fenceGaps).toEqual(resumed);
      });

      it("resume nothing where all was found suspended", async () => {
        subject.suspend(FENCE);
        expect(await subject.fleet.unfence(FENCE)).toEqual([]);
        expect(await suspended()).toEqual([...FENCE].sort());
      });

      it("hold the group back from replacing what is gone, for as long as it is fenced", async () => {
        const [killed = ""] = await ids();
        await subject.fleet.fence();
        subject.kill(killed);
        const going = await until((fleet) => alive(fleet).length === 1);
        expect(states(going, killed)).toEqual(["shutting-down", "terminated"]);
        await subject.pass(600 * SECOND);
        expect(await ids()).toHaveLength(2);
        await subject.fleet.unfence([]);
        await until((fleet) => alive(fleet).length === 2);
        expect(await ids()).toContain(killed);
      });

      it("leave the group free to strive for its capacity", async () => {
        await subject.fleet.fence();
        subject.scale(3);
        await until((fleet) => alive(fleet).length === 3);
        subject.scale(0);
        await until((fleet) => alive(fleet).length === 0);
      });
    });

    describe("replace", () => {
      it("terminates one and has another launched in its place, fenced or not, and does no harm when repeated", async () => {
        const [replaced = "", other = ""] = await ids();
        await subject.fleet.fence();
        await subject.fleet.replace(replaced);
        await subject.pass(STEP);
        await subject.fleet.replace(replaced);
        const fleets = await until(
          (fleet) => !alive(fleet).some(({ id }) => id === replaced) && alive(fleet).length === 2,
        );
        expect(states(fleets, replaced)).toEqual(["running", "shutting-down", "terminated"]);
        expect(states(fleets, other)).toEqual(["running"]);
        expect(await ids()).toHaveLength(3);
        expect((await look()).group).toMatchObject({ min: 2, max: 2, desired: 2 });
      });
    });

    it("consoleOutput is a text, of a node that has just been launched as well", async () => {
      const known = await ids();
      subject.scale(3);
      await until(({ instances }) => instances.length === 3);
      for (const id of [...known, ...(await ids())])
        expect(typeof (await subject.fleet.consoleOutput(id))).toBe("string");
      expect(await seen(known[0] ?? "")).toMatchObject({ state: "running" });
    });

    it("imageProblem has nothing against an image that is there, and a reason against one that is not", async () => {
      expect(await subject.fleet.imageProblem(subject.image.there)).toBeUndefined();
      expect(await subject.fleet.imageProblem(subject.image.missing)).toContain(subject.image.missing);
    });
  });
}
