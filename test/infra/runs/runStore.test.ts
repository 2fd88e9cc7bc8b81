import { parseRunStore, RUN_STORE_PATTERN, whereRunsAre } from "../../../infra/runs/runStore";

describe("whereRunsAre", () => {
  const where = (configured?: string, TFE_REPAVE_RUNS_DIR?: string, stack = "lab"): string =>
    whereRunsAre({ stack, configured, env: { TFE_REPAVE_RUNS_DIR }, projectRoot: "/project" });

  it("is what the stack says, then the environment, then the project's own folder", () => {
    expect(where("s3://runs/tfe", "/elsewhere")).toBe("s3://runs/tfe");
    expect(where(undefined, "/elsewhere")).toBe("/elsewhere");
    expect(where(undefined, "s3://runs")).toBe("s3://runs");
    expect(where(undefined, "")).toBe("/project/.tfe-repave");
    expect(where()).toBe("/project/.tfe-repave");
  });

  it("is not led elsewhere by the environment, but for the lab: its lease would be passed by", () => {
    expect(where(undefined, "/elsewhere", "production")).toBe("/project/.tfe-repave");
  });

  it("takes relative folders from the project, whatever the working folder is", () => {
    expect(where("shared/runs")).toBe("/project/shared/runs");
    expect(where("/srv/runs")).toBe("/srv/runs");
  });
});

describe("parseRunStore", () => {
  it.each([
    ["s3://runs", { kind: "s3", bucket: "runs", prefix: "" }],
    ["s3://runs/", { kind: "s3", bucket: "runs", prefix: "" }],
    ["s3://runs.example/tfe/eu-west_1", { kind: "s3", bucket: "runs.example", prefix: "tfe/eu-west_1" }],
    ["s3://runs/tfe/", { kind: "s3", bucket: "runs", prefix: "tfe" }],
    ["/srv/runs", { kind: "folder", dir: "/srv/runs" }],
  ])("reads %s", (text, location) => {
    expect(RUN_STORE_PATTERN.test(text)).toBe(true);
    expect(parseRunStore(text)).toEqual(location);
  });

  it.each(["s3://", "s3://Runs", "s3:///tfe", "s3://runs//tfe", "s3://runs/../x", "s3://runs/a b", "https://runs/tfe"])(
    "refuses %s",
    (text) => {
      expect(RUN_STORE_PATTERN.test(text)).toBe(false);
      expect(() => parseRunStore(text)).toThrow(`The run store must be a folder or s3://bucket/prefix, not ${text}`);
    },
  );
});
