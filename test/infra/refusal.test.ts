import * as pulumi from "@pulumi/pulumi";
import { derive, readably, readablyAwait } from "../../infra/refusal";
import { declareStack } from "../support/stack";
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
    ["without a region", { ...BUILD, ...BUILT }, "aws:region"],
    ["with an unknown key", { nonsense: "1" }, "tfe:nonsense is not a known key"],
    ["with the runs of a job in a folder", { scheduleCalendar: "rate(1 day)" }, "runStore must be s3://"],
  ])("is how the program ends %s", async (_title, change, sentence) => {
    const { "aws:region": _region, ...config } = rawConfig(change);
    const thrown: unknown = await declareStack({}, { config }).catch((error: unknown) => error);
    expectRefusal(thrown, sentence);
  });
});
