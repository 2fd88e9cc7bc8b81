import { serveRegion, UNKNOWN, type ProvidedRegion, type Properties } from "./support";

const POLICY = JSON.stringify({ Version: "2012-10-17", Statement: [] });

interface Case {
  readonly type: string;
  readonly inputs: Properties;
  readonly id: RegExp;
  readonly outputs: Properties;
  /** A change that makes another resource. */
  readonly replaces: Properties;
  /** A change in place. */
  readonly updates?: Properties;
}

const CASES: readonly Case[] = [
  {
    type: "aws:ec2/securityGroup:SecurityGroup",
    inputs: { name: "tfe-nodes", description: "nodes", vpcId: "vpc-1", tags: { Name: "n" } },
    id: /^sg-0[0-9a-f]{16}$/,
    outputs: { ownerId: "123456789012", tagsAll: { Name: "n" }, region: "eu-west-1", egress: [] },
    replaces: { description: "other" },
    updates: { tags: { Name: "m" } },
  },
  {
    type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    inputs: { securityGroupId: "sg-1", ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "10.0.0.0/8" },
    id: /^sgr-0[0-9a-f]{16}$/,
    outputs: {},
    replaces: { securityGroupId: "sg-2" },
    updates: { cidrIpv4: "10.1.0.0/16" },
  },
  {
    type: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    inputs: { securityGroupId: "sg-1", ipProtocol: "-1", cidrIpv4: "0.0.0.0/0", description: "out" },
    id: /^sgr-0/,
    outputs: {},
    replaces: { securityGroupId: "sg-2" },
    updates: { description: "everywhere" },
  },
  {
    type: "aws:iam/role:Role",
    inputs: { name: "tfe-node", description: "node", assumeRolePolicy: POLICY, tags: {} },
    id: /^tfe-node$/,
    outputs: { arn: "arn:aws:iam::123456789012:role/tfe-node", maxSessionDuration: 3600 },
    replaces: { name: "other" },
    updates: { description: "a node" },
  },
  {
    type: "aws:iam/rolePolicy:RolePolicy",
    inputs: { role: "tfe-node", name: "secrets", policy: POLICY },
    id: /^tfe-node:secrets$/,
    outputs: {},
    replaces: { role: "other" },
    updates: { policy: JSON.stringify({ Version: "2012-10-17", Statement: [{}] }) },
  },
  {
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    inputs: { role: "tfe-node", policyArn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" },
    id: /^tfe-node-[0-9a-f]{26}$/,
    outputs: {},
    replaces: { policyArn: "arn:aws:iam::aws:policy/other" },
  },
  {
    type: "aws:iam/instanceProfile:InstanceProfile",
    inputs: { name: "tfe-node", role: "tfe-node", tags: {} },
    id: /^tfe-node$/,
    outputs: { arn: "arn:aws:iam::123456789012:instance-profile/tfe-node" },
    replaces: { path: "/other/" },
    updates: { role: "other" },
  },
];

describe("resources without behaviour", () => {
  let provided: ProvidedRegion;
  beforeEach(async () => (provided = await serveRegion()));
  afterEach(() => provided.close());

  it.each(CASES)("$type lives from create to delete", async ({ type, inputs, id, outputs, replaces, updates }) => {
    const made = await provided.aws.create(type, "it", inputs);
    expect(made.id).toMatch(id);
    expect(made.outputs).toMatchObject({ ...inputs, ...outputs, id: made.id });
    expect((await provided.aws.diff(made, inputs)).changes).toBe(false);
    expect((await provided.aws.read(made))?.outputs).toEqual(made.outputs);
    expect((await provided.aws.read(made))?.inputs).toEqual(made.inputs);

    expect((await provided.aws.diff(made, { ...inputs, ...replaces })).replaces).toEqual(Object.keys(replaces));
    if (updates) {
      const wanted = { ...inputs, ...updates };
      const diff = await provided.aws.diff(made, wanted);
      expect([diff.changes, diff.replaces]).toEqual([true, []]);
      const updated = await provided.aws.update(made, wanted);
      expect(updated.outputs).toMatchObject(updates);
      expect((await provided.aws.diff(updated, wanted)).changes).toBe(false);
    }
    await provided.aws.delete(made);
    expect(await provided.aws.read(made)).toBeUndefined();
  });

  it("what an update leaves out is gone", async () => {
    const type = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    const rule = { securityGroupId: "sg-1", ipProtocol: "tcp", fromPort: 443, toPort: 443 };
    const made = await provided.aws.create(type, "it", { ...rule, cidrIpv4: "10.0.0.0/8" });
    const wanted = { ...rule, referencedSecurityGroupId: "sg-2" };
    expect((await provided.aws.diff(made, wanted)).detailed).toEqual({
      cidrIpv4: "DELETE",
      referencedSecurityGroupId: "ADD",
    });
    const updated = await provided.aws.update(made, wanted);
    expect(updated.outputs).not.toHaveProperty("cidrIpv4");
  });

  it("a role's policy in other words is the same policy", async () => {
    const type = "aws:iam/role:Role";
    const made = await provided.aws.create(type, "it", { name: "tfe-node", assumeRolePolicy: POLICY });
    const reworded = JSON.stringify({ Statement: [], Version: "2012-10-17" }, null, 2);
    expect((await provided.aws.diff(made, { name: "tfe-node", assumeRolePolicy: reworded })).changes).toBe(false);
  });

  it("a name prefix is completed", async () => {
    const made = await provided.aws.create("aws:iam/role:Role", "it", { namePrefix: "tfe-", assumeRolePolicy: POLICY });
    expect(made.id).toMatch(/^tfe-[0-9a-f]{26}$/);
    expect(made.outputs["name"]).toBe(made.id);
  });

  it("a second role of the name is refused in IAM's words", async () => {
    const inputs = { name: "tfe-node", assumeRolePolicy: POLICY };
    await provided.aws.create("aws:iam/role:Role", "it", inputs);
    await expect(provided.aws.create("aws:iam/role:Role", "that", inputs)).rejects.toThrow(
      "api error EntityAlreadyExists",
    );
  });

  it("ids are not known in a preview, and a missing input is named", async () => {
    const type = "aws:iam/role:Role";
    expect(await provided.aws.previewCreate(type, "it", { name: "r", assumeRolePolicy: UNKNOWN })).toMatchObject({
      name: "r",
      arn: UNKNOWN,
      assumeRolePolicy: UNKNOWN,
    });
    const { failures } = await provided.aws.check(provided.aws.urnOf(type, "it"), {});
    expect(failures).toEqual([["assumeRolePolicy", 'Missing required argument: "assumeRolePolicy"']]);
  });

  it("a type that nothing here simulates is refused by its name", async () => {
    await expect(provided.aws.create("aws:ec2/vpc:Vpc", "it", {})).rejects.toThrow(
      "the lab does not simulate aws:ec2/vpc:Vpc",
    );
  });

  it("functions tell where and who this is", async () => {
    expect(await provided.aws.invoke("aws:index/getPartition:getPartition")).toMatchObject({ partition: "aws" });
    expect(await provided.aws.invoke("aws:index/getCallerIdentity:getCallerIdentity")).toMatchObject({
      accountId: "123456789012",
    });
    expect(await provided.aws.invoke("aws:index/getRegion:getRegion")).toMatchObject({ name: "eu-west-1" });
    await expect(provided.aws.invoke("aws:index/getAmi:getAmi")).rejects.toThrow(
      "the lab does not simulate aws:index/getAmi",
    );
  });
});
