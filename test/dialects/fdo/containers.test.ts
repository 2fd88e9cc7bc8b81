import {
  applicationIn,
  besidesApplication,
  JOBS,
  parseContainers,
  parseInspected,
} from "../../../orchestration/dialects/fdo/containers";
import { workOf } from "../../../orchestration/dialects/work";

const VENDOR = "images.releases.hashicorp.com/hashicorp/terraform-enterprise";
const OWN = "registry.example.com:5000/our/tfe";

const id = (digit: string): string => digit.repeat(64);
const APP = `${id("a")} running ${VENDOR}@sha256:${id("1")} terraform-enterprise\n`;

function jobs(raw: string, workers?: readonly string[]): number | undefined {
  const containers = parseContainers(raw);
  return containers && workOf(besidesApplication(containers, OWN), JOBS, { workers }).jobs;
}

describe("the work of a node", () => {
  it.each([
    ["the application alone", APP, 0],
    ["nothing", "", 0],
    ["an agent", `${APP}${id("b")} running hashicorp/tfc-agent:now tfc-agent-run\n`, 1],
    ["whatever nobody knows", `${APP}${id("b")} running acme/sidecar:3 watcher\n`, 1],
    [
      "one that is paused, restarted or removed",
      `${APP}${id("b")} paused x/y z\n${id("c")} restarting x/y w\n${id("d")} removing x/y v\n`,
      3,
    ],
    [
      "one that has ended, or never began",
      `${APP}${id("b")} exited x/y z\n${id("c")} created x/y w\n${id("d")} dead x/y v\n`,
      0,
    ],
    ["agents of the machine", `${APP}${id("b")} running datadog/agent:7 dd\n`, 0],
    [
      "a pod's own container",
      `${id("b")} running localhost/podman-pause:4.3.1-0 a1-infra\n${id("c")} running  a2-infra\n`,
      0,
    ],
    ["what only calls itself so", `${id("b")} running acme/x:1 a1-infra\n`, 1],
    ["our own check", `${APP}${id("b")} running ${VENDOR}:2.0.5 tfe-repave-preupgrade-check\n`, 0],
    ["the application in IBM's registry", `${id("b")} running cp.icr.io/cp/ibm-terraform/ibm-terraform:2.0.0 tfe\n`, 0],
    ["the application in a registry of one's own", `${id("b")} running ${OWN}:1.2.2 tfe\n`, 0],
    ["an image that is named like it", `${id("b")} running acme/terraform-enterprise-agent:1 x\n`, 1],
    [
      "what Podman 4 says of states",
      `${id("a")} Up Less than a second ago ${VENDOR}:1.2.2 tfe\n${id("b")} Up 2 seconds ago x/y z\n` +
        `${id("c")} Exited (137) 3 minutes ago x/y w\n${id("d")} Created x/y v\n${id("e")} Up 3 hours ago  9f-infra\n`,
      1,
    ],
    ["a greeting before it", `Welcome to the node\n${APP}`, 0],
    ["a line that begins as a container and is none", `${APP}${id("b")} running\n`, undefined],
    ["no container at all", "Cannot connect to the Docker daemon\n", undefined],
  ])("%s: %#", (_what, raw, expected) => {
    expect(jobs(raw)).toBe(expected);
  });

  it("is what the operator says, where that is said", () => {
    const raw = `${APP}${id("b")} running acme/agent:1 x\n${id("c")} running acme/other:1 y\n`;
    expect(jobs(raw, ["acme/agent"])).toBe(1);
  });
});

describe("the application", () => {
  const found = (raw: string) => {
    const application = applicationIn(parseContainers(raw) ?? [], OWN);
    return typeof application === "object" ? application.id : application;
  };

  it.each([
    ["is found by its image, whatever its name", APP, id("a")],
    ["is one that has ended, where none runs", APP.replace("running", "exited"), id("a")],
    ["is the one that runs", `${id("b")} exited ${VENDOR}:1.2.1 old\n${APP}`, id("a")],
    ["is not known where two run", `${APP}${id("b")} running ${VENDOR}:2.0.0 other\n`, "several"],
    ["is not our own check", `${id("b")} running ${VENDOR}:2.0.5 tfe-repave-preupgrade-check\n`, undefined],
    ["is not there", `${id("b")} running hashicorp/tfc-agent:now x\n`, undefined],
  ])("%s", (_what, raw, expected) => {
    expect(found(raw)).toBe(expected);
  });
});

it("an inspected container is one line", () => {
  const line = `${id("a")} 3 restarting 1 ${VENDOR}:1.2.2\n`;
  expect(parseInspected(`warning\n${line}`)).toEqual({
    id: id("a"),
    restarts: 3,
    state: "restarting",
    exitCode: 1,
    image: `${VENDOR}:1.2.2`,
  });
  for (const raw of ["", line + line, `${id("a")} x running 0 y`]) expect(parseInspected(raw)).toBeUndefined();
});
