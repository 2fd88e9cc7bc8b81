import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPlan, requireWritable, writePlan } from "../../../orchestration/adapters/machine/planFile";
import type { SavedPlan } from "../../../orchestration/domain/start/savedPlan";
import { PLAN } from "../../support/events";
import { releaseOf } from "../../support/release";

const SAVED: SavedPlan = {
  madeAt: 1_790_000_000_000,
  madeBy: "somebody@here",
  asked: { release: releaseOf(642) },
  patch: false,
  plan: PLAN,
  world: {
    place: { host: "tfe.example.com", account: "123456789012", region: "eu-central-1" },
    group: { name: "tfe", pinned: "1", min: 2, desired: 2, max: 2 },
    latestTemplateVersion: 1,
    nodes: [{ instanceId: "i-1", templateVersion: 1, release: null, image: "ami-a", launchedAt: 1 }],
    build: { image: "ami-a", nodeCount: 2 },
    configuration: { "aws:region": "0123456789abcdef" },
  },
  releases: { "v202207-2": "{}" },
};

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plan-"));
  file = join(folder, "plan.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The file with a change in its JSON. */
async function changed(change: (json: Record<string, unknown>) => unknown): Promise<void> {
  await writePlan(file, SAVED);
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>)));
}

it("is read as it was written, whole and for its owner alone", async () => {
  await writePlan(file, SAVED);
  expect(await readPlan(file)).toEqual(SAVED);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["plan.json"]);
});

it("replaces an earlier plan, also one that others could read", async () => {
  await writePlan(file, SAVED);
  chmodSync(file, 0o644);
  await requireWritable(file);
  await writePlan(file, { ...SAVED, madeBy: "another@here" });
  expect((await readPlan(file)).madeBy).toBe("another@here");
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it("overwrites nothing that is not a plan", async () => {
  writeFileSync(file, "config:\n  tfe:image: ami-a\n");
  await expect(requireWritable(file)).rejects.toMatchObject({
    code: "PLAN_FILE_INVALID",
    detail: `${file}: it exists and is not a plan. Name another file, or remove this one`,
  });
  await expect(requireWritable(join(folder, "none", "plan.json"))).rejects.toMatchObject({
    detail: expect.stringContaining("there is no such folder") as string,
  });
  mkdirSync(join(folder, "a"));
  await expect(requireWritable(join(folder, "a"))).rejects.toMatchObject({ code: "PLAN_FILE_INVALID" });
});

describe("what cannot be run is refused as what was typed, with the reason", () => {
  const refused = async (why: RegExp): Promise<void> => {
    await expect(readPlan(file)).rejects.toMatchObject({
      code: "PLAN_FILE_INVALID",
      disposition: "usage",
      detail: expect.stringMatching(why) as string,
    });
  };

  it("no file, a folder, a pipe, and what is too large", async () => {
    await refused(/there is no such file$/);
    mkdirSync(file);
    await refused(/it is not a file$/);
    rmSync(file, { recursive: true });
    execFileSync("mkfifo", [file]);
    await refused(/it is not a file$/);
    rmSync(file);
    writeFileSync(file, " ".repeat(1024 * 1024 + 1));
    await refused(/no plan is as large$/);
  });

  it.each(["", "{", "null", "[]", '"plan"', "{}", '{"format":"other","version":1}', '{"format":"tfe-repave plan"}'])(
    "foreign: %j",
    async (text) => {
      writeFileSync(file, text);
      await refused(/it is not JSON, or only a part of it$|it was not written by `plan --out`$/);
    },
  );

  it("one that was cut off anywhere", async () => {
    await writePlan(file, SAVED);
    const whole = readFileSync(file, "utf8").trimEnd();
    for (let length = 0; length < whole.length; length += 97) {
      writeFileSync(file, whole.slice(0, length));
      await refused(/it is not JSON, or only a part of it$/);
    }
  });

  it("one of a newer version", async () => {
    await changed((json) => ({ ...json, version: 2, more: true }));
    await refused(/it has version 2 of the format, and this version of tfe-repave reads 1$/);
  });

  it.each<[string, (json: Record<string, unknown>) => unknown]>([
    ["a field that is missing", (json) => ({ ...json, world: undefined })],
    ["a field more", (json) => ({ ...json, more: 1 })],
    ["a plan without a repave", (json) => ({ ...json, plan: { ...PLAN, hops: [] } })],
    ["a plan with too many nodes", (json) => ({ ...json, plan: { ...PLAN, nodeCount: 6 } })],
    ["an image that is none", (json) => ({ ...json, plan: { ...PLAN, hops: [{ ...PLAN.hops[0], image: "x; y" }] } })],
    ["a list without end", (json) => ({ ...json, plan: { ...PLAN, hops: Array(51).fill(PLAN.hops[0]) as unknown } })],
  ])("%s", async (_, change) => {
    await changed(change);
    await refused(/it is damaged: [\w. ]+: /);
  });
});
