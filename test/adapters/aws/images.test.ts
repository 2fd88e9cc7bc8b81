import { awsImages } from "../../../orchestration/adapters/aws/images";
import { publishImage } from "../../../lab/region/images";
import { DEFAULTS } from "../../../lab/region/defaults";
import type { Images } from "../../../orchestration/ports/account/images";
import { serveEstate, type ServedEstate } from "../../lab/servedEstate";

describe("base images in AWS", () => {
  let lab: ServedEstate;
  let images: Images;
  const { imageParameter, images: known } = DEFAULTS;
  const parameter = (name: string) => ({ kind: "parameter", name }) as const;
  const filter = (name: string, owner: string = DEFAULTS.accountId) => ({ kind: "filter", owner, name }) as const;
  beforeAll(async () => {
    lab = await serveEstate({ count: 1 });
    images = awsImages(lab);
  });
  afterAll(() => lab.close());

  it("are described as far as they exist, in one answer", async () => {
    const found = await images.describe([known.older, "ami-0123456789abcdef0", known.older]);
    expect([...found.values()]).toEqual([
      {
        id: known.older,
        name: "lab-base-2025-11-03",
        owner: "123456789012",
        architecture: "x86_64",
        createdAt: Date.UTC(2025, 10, 3),
      },
    ]);
    expect(await images.describe([])).toEqual(new Map());
  });

  it("are named by a parameter, and by another value of it after the next publication", async () => {
    expect(await images.latest(parameter(imageParameter), "x86_64")).toMatchObject({ id: known.newest });
    const { id } = publishImage(lab.region.state);
    expect(id).toMatch(/^ami-[0-9a-f]{17}$/);
    expect(await images.latest(parameter(imageParameter), "x86_64")).toMatchObject({ id });
  });

  it("are the newest that an owner has under a name, of the nodes' architecture", async () => {
    const { state } = lab.region;
    const arm = { ...publishImage(state), id: "ami-0a", name: "arm-2027", architecture: "arm64" as const };
    const intel = { ...arm, id: "ami-0b", name: "arm-2026", architecture: "x86_64" as const, createdAt: 5 };
    state.images.push(arm, intel);
    expect(await images.latest(filter("lab-base-2025-*"), "x86_64")).toMatchObject({ id: known.newest });
    expect(await images.latest(filter("arm-*"), "arm64")).toMatchObject({ id: "ami-0a" });
    expect(await images.latest(filter("arm-*"), "x86_64")).toMatchObject({ id: "ami-0b" });
    await expect(images.latest(filter("arm-*"), undefined)).rejects.toMatchObject({
      detail: expect.stringContaining("are of arm64 and x86_64, and the nodes' own image is gone") as string,
    });
  });

  it.each([
    ["a parameter that is not there", parameter("/none"), "parameter /none does not exist in this region"],
    ["a parameter that holds something else", parameter("/words"), "parameter /words does not contain an image id"],
    ["a parameter that names what cannot be seen", parameter("/gone"), "is not visible to this account"],
    ["a name that nobody gave", filter("nothing-*"), 'no images "nothing-*" of 123456789012 for x86_64'],
    ["a name of another owner", filter("lab-base-*", "999999999999"), "of 999999999999 for x86_64"],
  ])("are not guessed: %s", async (_, source, words) => {
    Object.assign(lab.region.state.parameters, { "/words": "latest", "/gone": "ami-0123456789abcdef0" });
    await expect(images.latest(source, "x86_64")).rejects.toMatchObject({
      code: "IMAGE_UNRESOLVED",
      detail: expect.stringContaining(words) as string,
    });
  });
});
