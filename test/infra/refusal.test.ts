import * as pulumi from "@pulumi/pulumi";
import { derive, readably, readablyAwait, refusal } from "../../infra/refusal";
import { declareStack, TYPES } from "../support/stack";
import { rawConfig } from "../support/stackConfig";

const fails = (): never => {
  throw new TypeError("not like this");
};

/** Calls `make` at once, as the engine's knowledge of a value does. */
const KNOWN = { apply: (make: (value: string) => unknown) => make("x") } as unknown as pulumi.Output<string>;

function expectRefusal(thrown: unknown, sentence: string): void {
  expect(pulumi.RunError.isInstance(thrown)).toBe(true);
  expect((thrown as Error).message).toContain(sentence);
  expect((thrown as Error).stack).toBeUndefined();
}

const BUILD = { services: "build", zones: '["eu-central-1a","eu-central-1b"]' };
const BUILT = { vpcId: undefined, nodeSubnetIds: undefined, settingsSecretArn: undefined };

jest.setTimeout(30_000);

describe("a refusal", () => {
  it.each([
    ["work", () => readably(fails)],
    ["work that is awaited", () => readablyAwait(() => Promise.resolve().then(fails))],
    ["what is made of a value that only the engine knows", () => derive(KNOWN, fails)],
  ])("is what %s ends in, with the sentence alone", async (_title, work) => {
    const thrown: unknown = await Promise.resolve()
      .then(work)
      .catch((error: unknown) => error);
    expectRefusal(thrown, "not like this");
  });

  it.each([
    ["$Latest", { version: "$Latest" }],
    ["no template", null],
  ])("is how the program ends where somebody gave the group %s", async (_title, launchTemplate) => {
    const observed = { [TYPES.group]: { launchTemplate } };
    const thrown: unknown = await declareStack({}, { observed }).catch((error: unknown) => error);
    expectRefusal(thrown, "Set tfe:activeTemplateVersion");
  });

  it("is how the program ends where the database runs another PostgreSQL than the stack says", async () => {
    const observed = { "aws:rds/instance:Instance": { engineVersion: "14.12" } };
    const built = (databaseVersion: string): Promise<unknown> =>
      declareStack({ ...BUILD, ...BUILT, databaseVersion }, { observed }).catch((error: unknown) => error);
    expectRefusal(await built("15"), "The database runs PostgreSQL 14.12, and tfe:databaseVersion is 15.");
    expect(await built("14")).not.toBeInstanceOf(Error);
  });

  it("keeps its sentence, whatever the SDK puts in front", () => {
    const error = refusal("the sentence");
    error.message = `error serializing property: ${error.message}`;
    expect(error.message).toBe("the sentence");
  });

  it("is how user data ends that is too long, before any resource is declared", async () => {
    const long = Array.from({ length: 20_000 }, (_, i) => ((i * 2654435761) >>> 7).toString(36)).join("");
    const appConfig = JSON.stringify({ tls_ciphers: long });
    const thrown: unknown = await declareStack({ appConfig }).catch((error: unknown) => error);
    expectRefusal(thrown, "Move long values of tfe:appConfig or tfe:environment into the settings secret.");
  });

  it.each([
    ["without a region", { ...BUILD, ...BUILT }, "aws:region"],
    ["with an unknown key", { nonsense: "1" }, "tfe:nonsense is not a known key"],
    ["with the runs of a job in a folder", { scheduleCalendar: "rate(1 day)" }, "runStore must be s3://"],
  ])("is how the program ends %s", async (_title, change, sentence) => {
    const config = Object.fromEntries(Object.entries(rawConfig(change)).filter(([key]) => key !== "aws:region"));
    const thrown: unknown = await declareStack({}, { config }).catch((error: unknown) => error);
    expectRefusal(thrown, sentence);
  });
});
