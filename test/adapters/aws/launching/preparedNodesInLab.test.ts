import { addFaults, checkFaults } from "../../../../lab/faults";
import { TAGS } from "../../../../infra/contract";
import { awsFleet } from "../../../../orchestration/adapters/aws/fleet";
import { awsPreparedNodes } from "../../../../orchestration/adapters/aws/launching/preparedNodes";
import { describePreparedNodesContract, type PreparedNodesSubject } from "../../../contract/preparedNodes";
import { NO_JOBS, script } from "../../../lab/estate";
import { serveEstate, type ServedEstate } from "../../../lab/servedEstate";

async function estateAtZero(): Promise<ServedEstate> {
  const lab = await serveEstate({ count: 1, timings: NO_JOBS });
  lab.pin(script(676));
  lab.region.updateGroup(lab.groupName, { min: 0, desired: 0, max: 1, launchTemplateVersion: "1" });
  lab.until(() => lab.members().length === 0);
  return lab;
}

const nodesOf = (lab: ServedEstate): ReturnType<typeof awsPreparedNodes> =>
  awsPreparedNodes({ clients: lab.clients, groupName: lab.groupName, launchTemplateId: lab.templateId, stack: "test" });

describePreparedNodesContract("AWS's services in the lab", async (): Promise<PreparedNodesSubject> => {
  const lab = await estateAtZero();
  const { groupName, targetGroupArn, templateId, clients } = lab;
  const fleet = awsFleet({ clients, groupName, targetGroupArn, launchTemplateId: templateId });
  return {
    nodes: nodesOf(lab),
    describe: () => fleet.describe(),
    setCapacity: (isThere) => {
      if (!isThere) addFaults(lab.region.state, checkFaults([{ fault: "no-capacity", when: "now" }]));
      lab.region.advance(lab.region.state.now);
    },
    pass: (ms) => {
      lab.pass(ms / 1000);
      return Promise.resolve();
    },
    close: () => lab.close(),
  };
});

test("a prepared node carries the tags of its stack, run and hop, and shows them to itself as no other node does", async () => {
  const lab = await estateAtZero();
  try {
    const { id } = await nodesOf(lab).launch({ templateVersion: 2, runId: "run-1", hop: 3, ordinal: 0 });
    const [instance] = lab.region.state.instances.filter((each) => each.id === id);
    expect(instance).toMatchObject({ showsTags: true, lifecycle: undefined });
    expect(instance?.tags).toMatchObject({
      [TAGS.prepared]: "test",
      [TAGS.stack]: "test",
      [TAGS.run]: "run-1",
      [TAGS.hop]: "3",
    });
    lab.scale(1);
    lab.until(() => lab.members().length === 1);
    expect(lab.member().showsTags).toBeUndefined();
    expect(lab.member().tags).not.toHaveProperty(TAGS.prepared);
  } finally {
    await lab.close();
  }
});

test("nodes of another stack are not seen", async () => {
  const lab = await estateAtZero();
  try {
    await nodesOf(lab).launch({ templateVersion: 2, runId: "run-1", hop: 0, ordinal: 0 });
    const { clients, groupName, templateId } = lab;
    const other = awsPreparedNodes({ clients, groupName, launchTemplateId: templateId, stack: "other" });
    expect(await other.list()).toEqual([]);
  } finally {
    await lab.close();
  }
});
