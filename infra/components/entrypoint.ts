import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface EntrypointArgs {
  /** Name of load balancer and target group: 32 characters at most. */
  readonly name: string;
  readonly vpcId: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly internal: boolean;
  readonly securityGroupIds: readonly pulumi.Input<string>[];
  readonly certificateArn: string;
  /** Answers 200 on a node that serves. */
  readonly healthPath: string;
  /** Whether a target group that is there keeps the path that it has. */
  readonly keepsHealthPath: boolean;
  /** Seconds between deregistration and termination of a node. */
  readonly deregistrationDelay: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** Where users come in: a load balancer that asks every node for its health and speaks TLS on both sides. */
export class Entrypoint extends pulumi.ComponentResource {
  readonly targetGroup: aws.lb.TargetGroup;
  readonly listener: aws.lb.Listener;

  constructor(name: string, args: EntrypointArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tfe:infra:Entrypoint", name, {}, opts);
    const loadBalancer = new aws.lb.LoadBalancer(
      "load-balancer",
      {
        name: args.name,
        loadBalancerType: "application",
        internal: args.internal,
        subnets: [...args.subnetIds],
        securityGroups: [...args.securityGroupIds],
        dropInvalidHeaderFields: true,
        tags: args.tags,
      },
      // Its name is fixed and AWS does not keep two of one name, so a replacement deletes it first. Protected: without it
      // nobody reaches the application, and docs/configuration.md says how to change it on purpose.
      { parent: this, deleteBeforeReplace: true, protect: true },
    );
    this.targetGroup = this.createTargetGroup(args);
    this.listener = new aws.lb.Listener(
      "https",
      {
        loadBalancerArn: loadBalancer.arn,
        port: 443,
        protocol: "HTTPS",
        sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
        certificateArn: args.certificateArn,
        defaultActions: [{ type: "forward", targetGroupArn: this.targetGroup.arn }],
        tags: args.tags,
      },
      { parent: this },
    );
    this.registerOutputs({ targetGroupArn: this.targetGroup.arn });
  }

  private createTargetGroup(args: EntrypointArgs): aws.lb.TargetGroup {
    return new aws.lb.TargetGroup(
      "nodes",
      {
        name: args.name,
        vpcId: args.vpcId,
        targetType: "instance",
        port: 443,
        protocol: "HTTPS",
        // AWS waits this long after deregistration even when nothing is in flight, and in a repave that wait is outage
        // (default: 300 s). A drained node has no long requests left.
        deregistrationDelay: args.deregistrationDelay,
        // The outage ends with the first passing check, so the checks follow each other closely.
        healthCheck: {
          enabled: true,
          protocol: "HTTPS",
          port: "443",
          path: args.healthPath,
          matcher: "200",
          interval: 5,
          timeout: 4,
          healthyThreshold: 2,
          unhealthyThreshold: 2,
        },
        tags: args.tags,
      },
      // Replaced, every node would lose its place behind the load balancer at once.
      { parent: this, protect: true, ignoreChanges: args.keepsHealthPath ? ["healthCheck.path"] : [] },
    );
  }
}
