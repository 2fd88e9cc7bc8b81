import { countJobs } from "../../../orchestration/dialects/replicated/jobs";

const SERVICES =
  "replicated/replicated:stable-2.53.2 replicated\n10.0.1.7:9874/hashicorp-ptfe-atlas:56e20be ptfe_atlas\n";

describe("countJobs", () => {
  it.each([
    ["services only", SERVICES, 0],
    ["nothing running", "", 0],
    [
      "build workers",
      `${SERVICES}hashicorp/build-worker:now worker-run-1\nhashicorp/build-worker:now worker-run-2\n`,
      2,
    ],
    ["agents", `${SERVICES}hashicorp/tfc-agent:now worker-run-3\r\n`, 1],
    ["a registry with a port", "registry.example.org:5000/hashicorp/tfc-agent:1.2 a\n", 1],
    ["a digest", "hashicorp/tfc-agent@sha256:0af1 a\n", 1],
    ["another image that begins alike", "hashicorp/tfc-agent-base:now a\nxhashicorp/tfc-agent:now b\n", 0],
    ["a stray line before", `WARNING: Error loading config file\n${SERVICES}`, 0],
  ])("%s", (_what, output, count) => {
    expect(countJobs(output)).toBe(count);
  });

  it("does not take an output without any container for an idle node", () => {
    expect(countJobs("Cannot connect to the Docker daemon at unix:///var/run/docker.sock")).toBeUndefined();
  });

  it("counts a site's own images instead of the vendor's", () => {
    const output = "acme/worker:7 a\nacme/worker:8 b\nhashicorp/tfc-agent:now c\n";
    expect(countJobs(output, ["acme/worker"])).toBe(2);
    expect(countJobs(output, ["acme/worker:7"])).toBe(1);
  });
});
