import { labEnvironment } from "../../lab/environment";
import { refuseLabVariables } from "../../orchestration/wiring/labVariables";

const DIR = "/home/ann/project/.lab";
const FACTS = {
  dir: DIR,
  region: "eu-central-1",
  awsUrl: "http://127.0.0.1:4566",
  providers: { aws: 1, command: 2 },
  scale: { speed: 30, realOrigin: 0, labOrigin: 0 },
};
const LAB = labEnvironment(FACTS);

const NAMED = [
  "TFE_REPAVE_CLOCK",
  "PULUMI_DEBUG_PROVIDERS",
  "AWS_ENDPOINT_URL",
  "PULUMI_BACKEND_URL",
  "TFE_REPAVE_RUNS_DIR",
] as const;

const refused = (stack: string, env: NodeJS.ProcessEnv): unknown => {
  try {
    refuseLabVariables(stack, DIR, env);
    return undefined;
  } catch (error) {
    return error;
  }
};

describe("variables that the lab left in a shell", () => {
  it("are refused by name on any other stack", () => {
    expect(refused("production", LAB)).toMatchObject({
      code: "LAB_VARIABLES_SET",
      detail: `${NAMED.join(", ")}: stack production is not a lab`,
    });
  });

  it.each(NAMED)("are refused one by one: %s", (name) => {
    expect(refused("production", { [name]: LAB[name] })).toMatchObject({ code: "LAB_VARIABLES_SET" });
  });

  it.each(["lab", "lab-one", "lab-2", "lab-EU_west"])("are a lab's own: %s", (stack) => {
    expect(refused(stack, LAB)).toBeUndefined();
  });

  it.each(["lab-", "lab_one", "labs", "laboratory", "prod-lab", "lab--", "LAB", "lab.one"])(
    "are refused on what only looks like a lab: %s",
    (stack) => {
      expect(refused(stack, LAB)).toMatchObject({ code: "LAB_VARIABLES_SET" });
    },
  );

  it("are refused on any other stack when they are of a lab beside the usual one", () => {
    const other = labEnvironment({ ...FACTS, dir: `${DIR}/lab-one`, home: DIR });
    expect(other["TFE_REPAVE_LAB_DIR"]).toBe(DIR);
    expect(refused("production", other)).toMatchObject({ detail: expect.stringContaining(NAMED.join(", ")) as string });
  });

  it.each([
    [{}],
    [{ TFE_REPAVE_CLOCK: "" }],
    [{ AWS_ENDPOINT_URL: "https://vpce-1.eu-central-1.vpce.amazonaws.com" }],
    [{ AWS_ENDPOINT_URL: "https://127.example.com" }],
    [{ PULUMI_BACKEND_URL: "s3://state" }],
    [{ PULUMI_BACKEND_URL: "file:///home/ann/state" }],
    [{ TFE_REPAVE_RUNS_DIR: "/home/ann/runs" }],
  ])("are not seen in an environment of one's own: %j", (env) => {
    expect(refused("production", env)).toBeUndefined();
  });
});
