import { DEFAULTS } from "../../../lab/region/defaults";
import { awsFleet } from "../../../orchestration/adapters/aws/fleet";
import { describeFleetContract } from "../../contract/fleet";
import { releaseOf } from "../../support/release";
import { serveEstate } from "../../lab/servedEstate";

describeFleetContract("AWS's services in the lab", async () => {
  const lab = await serveEstate({ count: 2, release: 610 });
  const { region, groupName } = lab;
  return {
    fleet: awsFleet({ ...lab, launchTemplateId: lab.templateId }),
    release: releaseOf(610),
    image: { there: DEFAULTS.images.newest, missing: "ami-0123456789abcdef0" },
    scale: (nodes) => void region.updateGroup(groupName, { min: nodes, max: nodes, desired: nodes }),
    suspend: (processes) => region.suspendProcesses(groupName, processes),
    kill: (id) => void region.terminateInstances([id]),
    pass: (ms) => {
      region.advance(region.state.now + ms);
      return Promise.resolve();
    },
    close: () => lab.close(),
  };
});
