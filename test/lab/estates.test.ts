import { parseConfig } from "../../infra/config/index";
import { serveAws } from "../../lab/aws/endpoint";
import { ESTATE_NAMES, elsewhereIn } from "../../lab/estates";
import { createRegion } from "../../lab/region/region";
import { serves } from "../../lab/region/node/phases";
import { DEFAULTS } from "../../lab/region/defaults";
import { witnessText } from "../../lab/region/secretsWitness";
import { awsClients } from "../../orchestration/adapters/aws/clients";
import { awsRunningFleet } from "../../orchestration/adapters/aws/running/fleet";
import { groupEntries } from "../../orchestration/init/fromGroup";
import { questionsIn, valuesIn } from "../../orchestration/init/stackFile";
import { readUserData } from "../../orchestration/init/userData/read";

const HOUR = 3_600_000;
const names = ESTATE_NAMES.filter((name) => elsewhereIn(name) !== undefined);

function stands(name: (typeof names)[number]) {
  const fleet = elsewhereIn(name);
  if (!fleet) throw new Error(`${name} is a stack of ours`);
  const region = createRegion({ now: 0 });
  fleet.build(region);
  region.advance(HOUR);
  return { region, fleet };
}

test("there are three kinds of fleets that others build", () => {
  expect(names).toEqual(["vendor-module", "hvd", "plain"]);
});

describe.each(names)("%s", (name) => {
  test("two nodes serve behind its load balancer, and nothing happened to them", () => {
    const { region, fleet } = stands(name);
    const nodes = region.state.instances.filter(({ groupName }) => groupName === fleet.groupName);
    expect(nodes).toHaveLength(2);
    expect(nodes.every(serves)).toBe(true);
    const [targets] = region.state.targetGroups;
    expect(targets?.targets.map(({ state }) => state)).toEqual(["healthy", "healthy"]);
    expect(targets?.deregistrationDelay).toBe(300);
    expect(region.route(targets?.arn ?? "")).toBeDefined();
    expect(region.verdict()).toMatchObject({ violations: [], overlapSeconds: 0, lostJobs: 0 });
  });

  test("a stack that takes it over has a valid file of what is read, with no node of its own and the secrets that the nodes read", async () => {
    const { region, fleet } = stands(name);
    const endpoint = await serveAws(region, { advance: () => undefined, log: () => undefined });
    const aws = {
      region: DEFAULTS.region,
      endpoint: endpoint.url,
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    };
    const clients = awsClients(aws);
    const notes: string[] = [];
    const port = awsRunningFleet({ clients, aws, note: (line) => notes.push(line) });
    const found = await port.read(fleet.groupName).finally(() => clients.destroy());
    await endpoint.close();
    expect(notes).toEqual([]);
    const entries = groupEntries(found, readUserData(found.template.userData));
    expect(questionsIn(entries).filter(({ key }) => fleet.stackKeys[key.slice(4)] === undefined)).toEqual([]);
    const raw = Object.entries({ ...valuesIn(entries), ...fleet.stackKeys, hostname: "localhost:1" }).map(
      ([key, value]) => [`tfe:${key}`, typeof value === "string" ? value : JSON.stringify(value)],
    );
    const config = parseConfig(Object.fromEntries(raw) as Record<string, string>);
    expect(config).toMatchObject({ nodeCount: 0, maxNodes: 2, formerGroup: fleet.groupName });
    const named = [config.settingsSecretArn ?? "", config.licenseSecretArn, config.tlsKeySecretArn];
    expect(named.every((arn) => region.state.secrets[arn] !== undefined)).toBe(true);
    expect(config.targetGroupArn).toBe(region.state.targetGroups[0]?.arn);
    expect([config.releaseSequence, config.imageTag]).toContain(name === "hvd" ? "v202503-1" : 610);
  });

  test("its secrets are watched", () => {
    const { region } = stands(name);
    witnessText(region.state, "a log", "the password is lab-database-password");
    expect(region.verdict().violations).toHaveLength(1);
  });
});
