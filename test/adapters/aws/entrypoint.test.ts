import { awsEntrypoint } from "../../../orchestration/adapters/aws/entrypoint";
import type { Entrypoint } from "../../../orchestration/ports/entrypoint";
import { serveEstate, type ServedEstate } from "../../lab/servedEstate";

let lab: ServedEstate;
let entrypoint: Entrypoint;
beforeEach(async () => {
  lab = await serveEstate({ count: 2 });
  entrypoint = awsEntrypoint(lab);
});
afterEach(() => lab.close());

describe("the entrypoint", () => {
  it("is an application load balancer, which balances across zones", async () => {
    expect(await entrypoint.describe()).toMatchObject({ loadBalancers: ["tfe"], crossZone: true });
  });

  it("says how the target group asks a node for its health, a port alone included", async () => {
    const [targets] = lab.region.state.targetGroups;
    expect(await entrypoint.describe()).toMatchObject({
      targetGroupArn: lab.targetGroupArn,
      healthCheck: { path: "/_health_check", codes: "200-399" },
    });
    Object.assign(targets?.healthCheck ?? {}, { protocol: "TCP", path: "" });
    expect((await entrypoint.describe()).healthCheck.path).toBeUndefined();
  });

  it("keeps to its zones where the target group says so", async () => {
    for (const targets of lab.region.state.targetGroups) targets.crossZone = false;
    expect((await entrypoint.describe()).crossZone).toBe(false);
  });

  it("that is a network load balancer keeps to its zones, unless the target group says otherwise", async () => {
    for (const balancer of lab.region.state.loadBalancers) Object.assign(balancer, { type: "network" });
    expect((await entrypoint.describe()).crossZone).toBe(false);
    for (const targets of lab.region.state.targetGroups) targets.crossZone = true;
    expect((await entrypoint.describe()).crossZone).toBe(true);
  });

  it("may lead to no target group at all", async () => {
    lab.region.state.listeners = [];
    expect(await entrypoint.describe()).toMatchObject({ loadBalancers: [], crossZone: true });
    const nowhere = awsEntrypoint({ ...lab, targetGroupArn: `${lab.targetGroupArn}0` });
    await expect(nowhere.describe()).rejects.toMatchObject({ code: "GROUP_NOT_FOUND" });
  });
});
