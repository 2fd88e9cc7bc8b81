import { labClock } from "../../../lab/clock";
import { serveControl, type Control } from "../../../lab/control";
import { FAULT_NAMES } from "../../../lab/faults";
import type { Fault } from "../../../lab/region/model";
import { faultDeeds } from "../../../lab/faults/course";
import { createRegion } from "../../../lab/region/region";
import { openLab } from "../../../lab/session";
import { temporaryFolder } from "../temporary";

const PATIENCE = 60_000;

describe("faults at run time", () => {
  const region = createRegion({ faults: faultDeeds });
  let control: Control;
  beforeAll(async () => {
    const clock = labClock({ speed: 1, labOrigin: region.state.now });
    control = await serveControl({
      region,
      clock,
      advance: () => undefined,
      jump: () => Promise.resolve(),
      stop: () => undefined,
    });
  });
  afterAll(() => control.close());

  async function ask(method: string, body?: string): Promise<{ status: number; content: unknown }> {
    const answer = await fetch(`${control.url}/faults`, { method, ...(body === undefined ? {} : { body }) });
    return { status: answer.status, content: await answer.json() };
  }
  const names = async () => ((await ask("GET")).content as Fault[]).map(({ name }) => name);

  it("are added, replaced, shown and taken back", async () => {
    expect(await names()).toEqual([]);
    const added = await ask("POST", JSON.stringify(["throttled", { fault: "flapping", every: 5 }]));
    expect(added).toMatchObject({
      status: 200,
      content: [
        { name: "throttled", status: "waiting" },
        { name: "flapping", settings: { every: 5 } },
      ],
    });
    await ask("POST", '["drain-hangs"]');
    expect(await names()).toEqual(["throttled", "flapping", "drain-hangs"]);
    await ask("PUT", '["drain-hangs", "no-capacity"]');
    expect(await names()).toEqual(["drain-hangs", "no-capacity"]);
    expect(await ask("DELETE")).toEqual({ status: 200, content: [] });
    expect(await names()).toEqual([]);
  });

  it.each(['["no-such"]', "[{", '{"fault":"throttled"}'])("%s is refused, and changes nothing", async (body) => {
    const { status, content } = await ask("POST", body);
    expect({ status, content }).toMatchObject({ status: 400, content: { error: expect.any(String) as string } });
    expect(await names()).toEqual([]);
  });

  it("an unknown name is answered with all there are", async () => {
    const { error } = (await ask("POST", '["no-such"]')).content as { error: string };
    for (const name of FAULT_NAMES) expect(error).toContain(name);
  });
});

describe("faults of a session", () => {
  it(
    "are those of its lab; a lab that goes on has what was left, unless the environment says otherwise; none takes all back",
    async () => {
      const folder = await temporaryFolder();
      const faults = async (words?: readonly string[]): Promise<string[]> => {
        const session = await openLab({ dir: folder.path, speed: 200, ...(words && { faults: words }) });
        try {
          return (await session.faults()).map(({ name }) => name);
        } finally {
          await session.close();
        }
      };
      try {
        expect(await faults(["never-healthy,throttled"])).toEqual(["never-healthy", "throttled"]);
        expect(await faults()).toEqual(["never-healthy", "throttled"]);
        process.env["TFE_REPAVE_LAB_FAULTS"] = "flapping,drain-fails";
        expect(await faults()).toEqual(["flapping", "drain-fails"]);
        expect(await faults(["none"])).toEqual([]);
      } finally {
        delete process.env["TFE_REPAVE_LAB_FAULTS"];
        await folder.remove();
      }
    },
    PATIENCE,
  );

  it("a word that is no fault is refused before a lab is started", async () => {
    await expect(openLab({ dir: "/nowhere/at/all", faults: ["no-such"] })).rejects.toThrow('unknown fault "no-such"');
  });
});
