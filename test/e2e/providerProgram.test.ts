/** The stack's own program on the lab's providers, under the real Pulumi engine. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { tfeProgram } from "../../infra/program";
import { DEFAULTS } from "../../lab/region/defaults";
import { anEngineEstate, preview, values, type EngineEstate } from "./providerSupport";

jest.setTimeout(120_000);

describe("the stack's own program", () => {
  const CONFIG: Record<string, string> = {
    releaseSequence: "642",
    image: DEFAULTS.images.older,
    vpcId: DEFAULTS.vpcId,
    certificateArn: DEFAULTS.certificateArn,
    hostname: DEFAULTS.hostname,
    settingsSecretArn: DEFAULTS.secrets.settings,
    licenseSecretArn: DEFAULTS.secrets.license,
    tlsCertificateSecretArn: DEFAULTS.secrets.tlsCertificate,
    tlsKeySecretArn: DEFAULTS.secrets.tlsKey,
    bucket: DEFAULTS.bucket,
    nodeSubnetIds: JSON.stringify(DEFAULTS.subnetIds),
    allowedCidrs: JSON.stringify(["10.0.0.0/8"]),
  };

  let estate: EngineEstate;
  let stack: Stack;

  beforeAll(async () => {
    estate = await anEngineEstate();
    // The gate asks the nodes, for which the lab's other endpoints answer: here it is enough that it is run.
    await mkdir(join(estate.dir, "bin"));
    await writeFile(join(estate.dir, "bin", "npx"), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
    const options = { projectRoot: estate.dir, runsDir: join(estate.dir, "runs") };
    stack = await estate.stack(() => tfeProgram(options).then((outputs) => ({ ...outputs })));
    await set(CONFIG);
  });
  afterAll(() => estate.close());

  const set = (config: Record<string, string>) =>
    stack.setAllConfig(Object.fromEntries(Object.entries(config).map(([key, value]) => [`tfe:${key}`, { value }])));

  it("is built and does not differ from itself", async () => {
    const { outputs } = await stack.up();
    expect(values(outputs)).toMatchObject({ latestTemplateVersion: 1, activeTemplateVersion: 1, nodeCount: 2 });
    expect(await preview(stack)).toEqual([]);
    await stack.refresh();
    expect(await preview(stack)).toEqual([]);
  });

  it("stages another release without a change to the group", async () => {
    await set({ releaseSequence: "652" });
    expect(await preview(stack)).toEqual([
      expect.stringMatching(/^update aws:ec2\/launchTemplate:LaunchTemplate nodes \[.*userData.*\]$/) as string,
    ]);
    const { outputs } = await stack.up();
    expect(values(outputs)).toMatchObject({ latestTemplateVersion: 2, activeTemplateVersion: 1 });
  });

  it("scales to zero with the staged version pinned", async () => {
    await set({ activeTemplateVersion: "2", nodeCount: "0" });
    expect(await preview(stack)).toEqual([
      "update aws:autoscaling/group:Group nodes [desiredCapacity, launchTemplate.version, maxSize, minSize]",
    ]);
    await stack.up();
    expect(estate.region.state.groups[0]).toMatchObject({ max: 0, desired: 0, launchTemplateVersion: "2" });
  });

  it("does not replace its load balancer unless somebody unprotects it", async () => {
    await set({ loadBalancerInternal: "false" });
    const [before] = estate.region.state.loadBalancers;
    await expect(preview(stack)).rejects.toThrow(/load-balancer[^]*protect/);
    expect(estate.region.state.loadBalancers).toEqual([before]);

    const shown = await estate.pulumi("stack", "--show-urns", "--stack", "lab");
    const [urn = ""] = /urn:\S+LoadBalancer::load-balancer/.exec(shown) ?? [];
    await estate.pulumi("state", "unprotect", urn, "--yes", "--stack", "lab");
    await stack.up();
    expect(estate.region.state.loadBalancers).toMatchObject([{ scheme: "internet-facing" }]);
    expect(estate.region.state.listeners).toHaveLength(1);
    await set({ loadBalancerInternal: "true" });
    await expect(preview(stack)).rejects.toThrow(/load-balancer[^]*protect/);
  });
});
