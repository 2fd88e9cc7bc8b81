import { addFaults, checkFaults, type ContainerFault } from "../../../lab/faults";
import { DEFAULTS } from "../../../lab/region/defaults";
import type { RegionState } from "../../../lab/region/model";
import { awsBackups } from "../../../orchestration/adapters/aws/backups";
import { awsEntrypoint } from "../../../orchestration/adapters/aws/entrypoint";
import { awsFleet } from "../../../orchestration/adapters/aws/fleet";
import { awsImages } from "../../../orchestration/adapters/aws/images";
import { awsLaunchMarket } from "../../../orchestration/adapters/aws/launchMarket";
import { ssmShell } from "../../../orchestration/adapters/nodeShell/ssmShell";
import { FDO } from "../../../orchestration/dialects/fdo";
import type { RunEvent } from "../../../orchestration/domain/events";
import type { Plan } from "../../../orchestration/domain/plan";
import { parseRelease, type Release } from "../../../orchestration/domain/release";
import { observeFleet } from "../../../orchestration/fleet/observe";
import type { Ports } from "../../../orchestration/run/context";
import { DEFAULT_POLICY, type Policy } from "../../../orchestration/run/policy";
import { Run } from "../../../orchestration/run/run";
import { runChecks } from "../../../orchestration/upgrade/checks";
import { World } from "../../fakes/world";
import { containerScript, HOST } from "../../lab/containerNodes";
import { serveEstate, type ServedEstate } from "../../lab/servedEstate";

// What goes wrong with nodes that run a container is found before the outage, wherever that is possible: by the real adapters, in the lab.

const POLICY: Policy = {
  ...DEFAULT_POLICY,
  backup: { ...DEFAULT_POLICY.backup, databaseId: DEFAULTS.databaseId, bucket: DEFAULTS.bucket },
};

const named = (name: string): Release => parseRelease(name) ?? ("" as Release);

const planTo = (from: string, to: string): Plan => ({
  schema: 2,
  stack: "lab",
  from: { release: named(from), image: DEFAULTS.images.older },
  hops: [{ release: named(to), image: DEFAULTS.images.older }],
  nodeCount: 2,
});

let lab: ServedEstate;
let ports: Ports;
let whole: string;

beforeAll(async () => {
  lab = await serveEstate({ count: 2, text: containerScript("1.1.4"), runs: true });
  whole = JSON.stringify(lab.region.state);
  const options = { hostname: HOST, licenseSecretArn: DEFAULTS.secrets.license };
  ports = {
    ...new World({ release: 655 }).ports(),
    clock: lab.clock,
    fleet: awsFleet({ ...lab, launchTemplateId: lab.templateId }),
    launchMarket: awsLaunchMarket(lab),
    entrypoint: awsEntrypoint(lab),
    images: awsImages(lab),
    backups: awsBackups(lab),
    tfe: FDO.node(ssmShell(lab), options),
  };
}, 60_000);
afterAll(() => lab.close());

interface Made {
  readonly failures: ReadonlyMap<string, string>;
  readonly remedies: ReadonlyMap<string, string>;
}

/** The checks of a plan, with this wrong in the lab. */
async function checked(plan: Plan, ...wishes: readonly ContainerFault[]): Promise<Made> {
  const { now } = lab.region.state;
  Object.assign(lab.region.state, JSON.parse(whole) as RegionState, { registry: undefined, now });
  addFaults(lab.region.state, checkFaults(wishes));
  lab.advance();
  ports = { ...ports, fleet: awsFleet({ ...lab, launchTemplateId: lab.templateId }) };
  const remedies = new Map<string, string>();
  const emit = (event: RunEvent): void => {
    if (event.event === "check.made" && event.remedy !== undefined) remedies.set(event.id, event.remedy);
  };
  const run = new Run({ ...ports, reporter: { emit }, runId: "plan" });
  const made = await runChecks(
    { ports, policy: POLICY, plan, run, overrides: [], signal: new AbortController().signal },
    await observeFleet(ports),
  );
  return { failures: new Map(made.filter(({ ok }) => !ok).map(({ id, observed }) => [id, observed])), remedies };
}

/** Checks of what a release brings, and of what it runs on. */
const OURS = ["licence", "release-fetch", "release-check", "database-version", "healthy", "work-visible", "work-known"];
const ours = ({ failures }: Made): readonly string[] => [...failures.keys()].filter((id) => OURS.includes(id));

test("where nothing is wrong, the next release is fetched and agrees", async () => {
  expect(ours(await checked(planTo("1.1.4", "1.2.2")))).toEqual([]);
  expect(ours(await checked(planTo("1.1.4", "2.0.5")))).toEqual([]);
}, 60_000);

test.each([
  ["licence-expired", "1.2.2", "release-fetch", /unauthorized/],
  ["registry-down", "1.2.2", "release-fetch", /503/],
  ["upgrade-check-fails", "2.0.5", "release-check", /TFE_CAPACITY_CPU/],
  ["upgrade-check-broken", "2.0.5", "release-check", /./],
  ["database-thirteen", "1.2.2", "database-version", /PostgreSQL 14/],
] as const)(
  "%s on the way to %s is found by %s",
  async (fault, to, id, says) => {
    const made = await checked(planTo("1.1.4", to), fault);
    expect(made.failures.get(id)).toMatch(says);
    expect(made.remedies.get(id)).not.toBe("");
  },
  60_000,
);

test("a check that warns keeps nobody from going on", async () => {
  expect(ours(await checked(planTo("1.1.4", "2.0.5"), "upgrade-check-warns"))).toEqual([]);
}, 60_000);
