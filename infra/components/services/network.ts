import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface NetworkArgs {
  readonly name: string;
  /** A /16 network; every subnet is a /20 of it. */
  readonly cidr: string;
  /** Two or three: a subnet of each kind in each. */
  readonly zones: readonly string[];
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * A network of its own: nodes and data in private subnets, which reach the world through a gateway in their own zone, so that a
 * zone that fails takes none of the others with it. Nothing in a private subnet has a public address.
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly privateSubnetIds: readonly pulumi.Output<string>[];
  readonly publicSubnetIds: readonly pulumi.Output<string>[];

  constructor(
    name: string,
    private readonly args: NetworkArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("tfe:infra:Network", name, {}, opts);
    const { zones, cidr } = args;
    const vpc = new aws.ec2.Vpc(
      "network",
      { cidrBlock: cidr, enableDnsSupport: true, enableDnsHostnames: true, tags: args.tags },
      // With it would go everything that is in it. Retained, as are the subnets of the data: what is in them is.
      { parent: this, protect: true, retainOnDelete: true },
    );
    this.vpcId = vpc.id;
    this.shutDefaultGroup();

    const gateway = new aws.ec2.InternetGateway("internet", { vpcId: vpc.id, tags: args.tags }, { parent: this });
    const front = this.routeTable("public", { gatewayId: gateway.id });
    const publicSubnets = zones.map((zone, index) => this.subnet("public", zone, block(cidr, 8 + index), front));
    const inner = zones.map((zone, index) => {
      const nat = this.natGateway(zone, publicSubnets[index]?.id ?? "", gateway);
      const table = this.routeTable(`private-${zone}`, { natGatewayId: nat.id });
      return { table, subnet: this.subnet("private", zone, block(cidr, index), table) };
    });
    // Objects are most of what a node moves: free, and not through the gateways.
    new aws.ec2.VpcEndpoint(
      "objects",
      {
        vpcId: vpc.id,
        serviceName: `com.amazonaws.${args.region}.s3`,
        vpcEndpointType: "Gateway",
        routeTableIds: inner.map(({ table }) => table.id),
        tags: args.tags,
      },
      { parent: this },
    );
    this.privateSubnetIds = inner.map(({ subnet }) => subnet.id);
    this.publicSubnetIds = publicSubnets.map(({ id }) => id);
    this.registerOutputs({ vpcId: this.vpcId });
  }

  /** AWS makes a group that lets its members talk to each other; nobody here is a member, and nobody by mistake shall be. */
  private shutDefaultGroup(): void {
    new aws.ec2.DefaultSecurityGroup("default", { vpcId: this.vpcId, tags: this.args.tags }, { parent: this });
  }

  private routeTable(
    suffix: string,
    way: { readonly gatewayId: pulumi.Output<string> } | { readonly natGatewayId: pulumi.Output<string> },
  ): aws.ec2.RouteTable {
    const { name, tags } = this.args;
    const table = new aws.ec2.RouteTable(
      suffix,
      { vpcId: this.vpcId, tags: { ...tags, Name: `${name}-${suffix}` } },
      { parent: this },
    );
    new aws.ec2.Route(suffix, { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", ...way }, { parent: this });
    return table;
  }

  private subnet(
    kind: "public" | "private",
    zone: string,
    cidrBlock: string,
    table: aws.ec2.RouteTable,
  ): aws.ec2.Subnet {
    const { name, tags } = this.args;
    const subnet = new aws.ec2.Subnet(
      `${kind}-${zone}`,
      {
        vpcId: this.vpcId,
        availabilityZone: zone,
        cidrBlock,
        mapPublicIpOnLaunch: false,
        tags: { ...tags, Name: `${name}-${kind}-${zone}` },
      },
      { parent: this, protect: true, retainOnDelete: kind === "private" },
    );
    new aws.ec2.RouteTableAssociation(
      `${kind}-${zone}`,
      { subnetId: subnet.id, routeTableId: table.id },
      { parent: this },
    );
    return subnet;
  }

  private natGateway(
    zone: string,
    subnetId: pulumi.Input<string>,
    internet: aws.ec2.InternetGateway,
  ): aws.ec2.NatGateway {
    const { tags } = this.args;
    const address = new aws.ec2.Eip(`nat-${zone}`, { domain: "vpc", tags }, { parent: this });
    return new aws.ec2.NatGateway(
      `nat-${zone}`,
      { allocationId: address.id, subnetId, tags },
      { parent: this, dependsOn: [internet] },
    );
  }
}

/** The /20 at this place of a /16: 0 to 15. */
const block = (cidr: string, place: number): string => cidr.replace(/\.0\.0\/16$/, `.${place * 16}.0/20`);
