import { awsRunningFleet } from "../../../orchestration/adapters/aws/running/fleet";
import { DEFAULTS } from "../../../lab/region/defaults";
import { GROUP } from "../../lab/estate";
import { serveEstate, type ServedEstate } from "../../lab/servedEstate";

let lab: ServedEstate;
beforeEach(async () => {
  lab = await serveEstate();
});
afterEach(() => lab.close());

const read = (group: string) =>
  awsRunningFleet({ clients: lab.clients, aws: { region: DEFAULTS.region }, note: () => undefined }).read(group);

it("reads what belongs to a group", async () => {
  const { group, template, targets } = await read(GROUP);
  expect(group).toMatchObject({ name: GROUP, desired: 1 });
  expect(template.userData).not.toBe("");
  expect(targets.map(({ arn }) => arn)).toEqual([lab.targetGroupArn]);
});

it("refuses a group that launches from a launch configuration, by its name, and one that is not there", async () => {
  const group = lab.region.state.groups.find(({ name }) => name === GROUP);
  if (group) group.rules = { launchConfiguration: "tfe-2019" };
  await expect(read(GROUP)).rejects.toMatchObject({
    code: "GROUP_UNREADABLE",
    detail: expect.stringContaining("tfe-2019") as string,
  });
  await expect(read("nobody")).rejects.toMatchObject({ code: "GROUP_NOT_FOUND" });
});
