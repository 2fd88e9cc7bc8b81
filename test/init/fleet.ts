import type { RunningFleet } from "../../orchestration/ports/runningFleet";

/** A fleet that other code built. */
export const FLEET: RunningFleet = {
  group: {
    name: "example-tfe-asg",
    region: "eu-central-1",
    max: 3,
    desired: 2,
    gracePeriodSeconds: 900,
    subnetIds: ["subnet-1", "subnet-2"],
    nodes: ["i-0aaa"],
  },
  template: {
    name: "lt-1, version $Latest",
    image: "ami-0123456789abcdef0",
    instanceType: "m5.xlarge",
    profile: "example-tfe",
    roleArn: "arn:aws:iam::123456789012:role/example-tfe",
    securityGroupIds: ["sg-1"],
    rootDevice: { name: "/dev/sda1", gb: 50 },
    userData: "",
  },
  targets: [
    {
      arn: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/tfe/0123456789abcdef",
      port: 443,
      vpcId: "vpc-1",
      healthCheck: "HTTPS /_health_check",
      deregistrationDelay: 300,
      certificateArns: ["arn:aws:acm:eu-central-1:123456789012:certificate/1"],
    },
  ],
  databases: [
    { id: "other", host: "other.example.internal" },
    { id: "example-tfe", host: "db.example.internal" },
  ],
};
