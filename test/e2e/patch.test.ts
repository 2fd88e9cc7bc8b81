/** A schedule that patches the lab: nothing new, an image that comes out, a call outside the window, one that is killed, the next. */
import { openLab, type LabSession } from "../../lab/session";
import { DEFAULTS } from "../../lab/region/defaults";
import type { Ended } from "./support/command";
import { eventsIn, failureIn, finishedIn } from "./support/events";
import { labFolder, type LabFolder } from "./support/labFolder";

jest.setTimeout(450_000);

const SCHEDULED = ["patch", "--latest", "--scheduled", "--json", "--stack", "lab"] as const;
const DAY_MS = 86_400_000;

describe("patching the lab by a schedule", () => {
  let folder: LabFolder;
  let lab: LabSession;
  let published: string;
  /** The next time that the lab's clock shows this. */
  const until = async (hour: number, minute: number): Promise<void> => {
    const now = await lab.advance({ seconds: 1 });
    const today = Math.floor(now / DAY_MS) * DAY_MS + (hour * 60 + minute) * 60_000;
    await lab.advance({ to: new Date(today > now ? today : today + DAY_MS).toISOString() });
  };
  const call = (): Promise<Ended> => folder.npm(...SCHEDULED);
  const images = async (): Promise<readonly string[]> =>
    (await folder.region()).instances.filter(({ state }) => state === "running").map(({ imageId }) => imageId);

  beforeAll(async () => {
    folder = await labFolder();
    lab = await openLab({ dir: folder.dir, speed: 60, nodeBuild: 60 });
    await folder.edit((text) => text.replace(DEFAULTS.images.older, DEFAULTS.images.newest));
  });
  afterAll(async () => {
    await lab.close();
    expect(await folder.close()).toEqual([]);
  });

  it("has nothing to do where every node has the newest image", async () => {
    const { code, stdout } = await call();
    expect(failureIn(stdout)).toBeUndefined();
    expect(code).toBe(0);
    expect(finishedIn(stdout)).toMatchObject({ outcome: "nothing-to-do", release: 610, outageSeconds: 0 });
    expect(await images()).toEqual([DEFAULTS.images.newest, DEFAULTS.images.newest]);
  });

  it("starts nothing outside the window, though an image has come out, and says when", async () => {
    published = (await lab.publishImage()).id;
    await folder.edit((text) => text.replace("config:\n", "config:\n  tfe:windows:\n    - daily 01:00-06:00 UTC\n"));
    await until(12, 0);
    const before = await folder.snapshot();
    const { code, stdout } = await call();
    expect(code).toBe(0);
    expect(finishedIn(stdout)).toMatchObject({
      outcome: "not-now",
      because: expect.stringMatching(
        /^outside every window .*; the next window opens \d{4}-\d\d-\d\d 01:00 UTC$/,
      ) as string,
    });
    expect(await folder.snapshot()).toEqual(before);
  });

  it("picks the image up in the window; killed in its drain, it is gone on with by the next call", async () => {
    await until(1, 0);
    const first = folder.startNpm(...SCHEDULED);
    await first.line('"drain.started"');
    first.kill();
    await first.ended;
    await lab.advance({ seconds: 300 });
    const { code, stdout } = await call();
    expect(failureIn(stdout)).toBeUndefined();
    expect(code).toBe(0);
    expect(eventsIn(stdout).find((event) => event.event === "run.resumed")).toMatchObject({ attempt: 2 });
    const finished = finishedIn(stdout);
    expect(finished).toMatchObject({ outcome: "done", from: 610, release: 610 });
    expect(finished.witness).toMatchObject({ overlapSeconds: 0, lostJobs: 0, killedWhileBooting: 0, violations: [] });
    expect(await images()).toEqual([published, published]);
    expect(await folder.read("Pulumi.lab.yaml")).toContain(`tfe:image: ${published}`);
  });

  it("has nothing to do the next time", async () => {
    const before = await folder.snapshot();
    const { code, stdout } = await call();
    expect(code).toBe(0);
    expect(finishedIn(stdout)).toMatchObject({ outcome: "nothing-to-do" });
    expect(await folder.snapshot()).toEqual(before);
  });
});
