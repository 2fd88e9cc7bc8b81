import { JOBS, parseContainers } from "../../../orchestration/dialects/replicated/jobs";
import { workOf } from "../../../orchestration/dialects/work";

function countJobs(raw: string, workers?: readonly string[], named?: readonly string[]): number | undefined {
  const containers = parseContainers(raw);
  return containers && workOf(containers, JOBS, { workers, named }).jobs;
}

const SERVICES =
  "replicated/replicated:stable-2.53.2 replicated\n10.0.1.7:9874/hashicorp-ptfe-atlas:56e20be ptfe_atlas\n";

const CASE =
  "custom-agent:latest hopeful_turing\nregistry.example.com/example/tfc-agent:custom-tag jolly_bell\n" +
  "10.0.1.20:9874/hashicorp-ptfe-atlas:6b3c0de ptfe_atlas\nquay.io/replicated/replicated:current replicated\n";

describe("the number of jobs on a node", () => {
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
    [
      "another image that begins alike, and is not known",
      "hashicorp/tfc-agent-base:now a\nxhashicorp/tfc-agent:now b\n",
      2,
    ],
    ["a site's own image, and the vendor's own example of one", CASE, 2],
    ["an image that has lost its name", `${SERVICES}4f1d0c3b2a19 hopeful_turing\n`, 1],
    ["an image by its digest alone", `${SERVICES}sha256:4f1d0c3b2a19 hopeful_turing\n`, 1],
    ["the vendor's worker from the node's own registry", "10.0.1.20:9874/hashicorp-build-worker:now a\n", 1],
    [
      "a site's image that is called like the application",
      "acme/tfe-agent:7 a\nregistry.acme.test/ptfe-atlas:1 b\n",
      2,
    ],
    [
      "a site's image under a name of the vendor's, from a registry of its own",
      "registry.acme.test/hashicorp/tfe-worker:3 a\nregistry.acme.test:5000/hashicorp/ptfe-agent@sha256:0af1 b\n",
      2,
    ],
    [
      "the application's services from the vendor's registries",
      "quay.io/hashicorp/ptfe-atlas:1 a\nhashicorp/tfe-x:1 b\n",
      0,
    ],
    ["an image without a tag, beside services", `${SERVICES}ubuntu hopeful_turing\n`, 1],
    ["a site's image from a registry with a port, by digest", `${SERVICES}localhost:5000/runs@sha256:0af1 a\n`, 1],
    ["a site's image that the node's own registry serves", `${SERVICES}10.0.1.7:9874/acme/run:1 a\n`, 1],
    ["agents of the machine", "gcr.io/datadoghq/agent:7 dd\namazon/cloudwatch-agent:latest cw\n", 0],
    [
      "what is called like an agent of the machine",
      "acme/datadog/agent:7 a\nevil.test/amazon/cloudwatch-agent:1 b\n",
      2,
    ],
    ["a greeting of two words", `Hello world\nwelcome aboard\n${SERVICES}`, 0],
    ["a greeting beside a full list", "welcome/to: aboard\n1f2e3d4c5b6a hashicorp/tfc-agent:now w\n", 1],
    ["a stray line before", `WARNING: Error loading config file\n${SERVICES}`, 0],
  ])("%s", (_what, output, count) => {
    expect(countJobs(output)).toBe(count);
  });

  it("does not take an output without any container for an idle node", () => {
    expect(countJobs("Hello world\n")).toBeUndefined();
    expect(countJobs("Cannot connect to the Docker daemon at unix:///var/run/docker.sock")).toBeUndefined();
  });

  it("counts a site's own images instead of the vendor's", () => {
    const output = "acme/worker:7 a\nacme/worker:8 b\nhashicorp/tfc-agent:now c\n";
    expect(countJobs(output, ["acme/worker"])).toBe(2);
    expect(countJobs(output, ["acme/worker:7"])).toBe(1);
  });

  it("counts an image that the node's settings name, whatever it looks like", () => {
    const output = "datadog/agent:runs a\ndatadog/agent:7 b\n";
    expect(countJobs(output)).toBe(0);
    expect(countJobs(output, undefined, ["datadog/agent:runs"])).toBe(1);
  });
});

describe("what is counted because nobody knows it", () => {
  const unknownIn = (raw: string, images = {}): readonly string[] =>
    workOf(parseContainers(raw) ?? [], JOBS, images).unknown.map(({ image }) => image);

  it("is named", () => {
    expect(unknownIn(CASE)).toEqual(["custom-agent:latest", "registry.example.com/example/tfc-agent:custom-tag"]);
  });

  it("is not what the node's settings name, nor what the operator vouches for", () => {
    expect(unknownIn(CASE, { named: ["custom-agent:latest"] })).toEqual([
      "registry.example.com/example/tfc-agent:custom-tag",
    ]);
    expect(unknownIn(CASE, { workers: ["acme/worker"] })).toEqual([]);
  });
});
