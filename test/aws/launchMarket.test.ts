import { CreateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import {
  CreateLaunchTemplateCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSubnetsCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateBucketCommand, PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { CreateSecretCommand, DeleteSecretCommand } from "@aws-sdk/client-secrets-manager";
import { awsBackups } from "../../orchestration/adapters/aws/backups";
import type { AwsClients } from "../../orchestration/adapters/aws/clients";
import { awsBootProbe } from "../../orchestration/adapters/aws/bootProbe";
import { awsEntrypoint } from "../../orchestration/adapters/aws/entrypoint";
import { awsImages } from "../../orchestration/adapters/aws/images";
import { awsLaunchMarket } from "../../orchestration/adapters/aws/launchMarket";
import type { BootProbe } from "../../orchestration/ports/account/bootProbe";
import type { Entrypoint } from "../../orchestration/ports/entrypoint";
import type { LaunchMarket } from "../../orchestration/ports/account/launchMarket";
import { motoClients } from "./moto";

// The wire only. Moto knows no quota of EC2.

const NAME = "tfe-supply";
let clients: AwsClients;
let launchMarket: LaunchMarket;
let entrypoint: Entrypoint;
let boot: BootProbe;
let zone: string;
let imageId: string;

beforeAll(async () => {
  clients = motoClients();
  const { Subnets: subnets = [] } = await clients.ec2.send(new DescribeSubnetsCommand());
  const [subnet, second] = subnets;
  zone = subnet?.AvailabilityZone ?? "";
  const { Images: images } = await clients.ec2.send(new DescribeImagesCommand({ Owners: ["amazon"] }));
  imageId = images?.find(({ Architecture: architecture }) => architecture === "x86_64")?.ImageId ?? "";
  const template = await clients.ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: NAME,
      LaunchTemplateData: { ImageId: imageId, InstanceType: "m5.xlarge", KeyName: NAME },
    }),
  );
  const target = { Name: NAME, Port: 443, Protocol: "HTTPS", VpcId: subnet?.VpcId } as const;
  const { TargetGroups: groups } = await clients.elb.send(new CreateTargetGroupCommand(target));
  const targetGroupArn = groups?.[0]?.TargetGroupArn ?? "";
  const { LoadBalancers: balancers } = await clients.elb.send(
    new CreateLoadBalancerCommand({ Name: NAME, Subnets: [subnet?.SubnetId ?? "", second?.SubnetId ?? ""] }),
  );
  await clients.elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancers?.[0]?.LoadBalancerArn,
      Port: 80,
      Protocol: "HTTP",
      DefaultActions: [{ Type: "forward", TargetGroupArn: targetGroupArn }],
    }),
  );
  await clients.autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: NAME,
      MinSize: 0,
      MaxSize: 0,
      LaunchTemplate: { LaunchTemplateId: template.LaunchTemplate?.LaunchTemplateId, Version: "1" },
      VPCZoneIdentifier: subnet?.SubnetId,
    }),
  );
  launchMarket = awsLaunchMarket({ clients, groupName: NAME });
  entrypoint = awsEntrypoint({ clients, targetGroupArn });
  const launchTemplateId = template.LaunchTemplate?.LaunchTemplateId ?? "";
  const shell = { run: () => Promise.reject(new Error("moto has no nodes")) };
  boot = awsBootProbe({ clients, shell, groupName: NAME, launchTemplateId });
});
afterAll(() => clients.destroy());

it("knows what the group launches, and where", async () => {
  expect(await launchMarket.demand()).toEqual({ instanceType: "m5.xlarge", zones: [zone] });
});

it("knows an image by its architecture, and one that is not there", async () => {
  const found = await awsImages({ clients }).describe([imageId, "ami-0123456789abcdef0"]);
  expect([...found.values()]).toMatchObject([{ id: imageId, architecture: "x86_64" }]);
});

it("knows an instance type, its vCPUs and its zones, and one that does not exist", async () => {
  const type = await launchMarket.instanceType("m5.xlarge");
  expect(type).toMatchObject({ architectures: ["x86_64"], vcpus: 4 });
  expect(type?.zones).toContain(zone);
  expect(await launchMarket.instanceType("m5.enormous")).toBeUndefined();
});

it("finds the load balancer in front of the target group", async () => {
  expect(await entrypoint.describe()).toMatchObject({ loadBalancers: [NAME], crossZone: true });
});

it("takes EC2's answer to a dry run for what it is, and launches nothing", async () => {
  expect(await boot.launchProblem(1)).toBeUndefined();
  const { Reservations: found = [] } = await clients.ec2.send(
    new DescribeInstancesCommand({ Filters: [{ Name: "image-id", Values: [imageId] }] }),
  );
  const ours = found.flatMap(({ Instances: some = [] }) => some).filter(({ KeyName: key }) => key === NAME);
  expect(ours).toEqual([]);
});

it("knows whether a secret is there, and whether it is scheduled for deletion", async () => {
  const { ARN: arn = "" } = await clients.secrets.send(new CreateSecretCommand({ Name: NAME, SecretString: "x" }));
  expect(await boot.secretProblem(arn)).toBeUndefined();
  await clients.secrets.send(new DeleteSecretCommand({ SecretId: arn, RecoveryWindowInDays: 7 }));
  expect(await boot.secretProblem(arn)).toBe(`${arn} is scheduled for deletion`);
  const absent = arn.replace(NAME, "nobodys");
  expect(await boot.secretProblem(absent)).toBe(`${absent} does not exist`);
});

it("knows whether a bucket keeps former versions", async () => {
  const backups = awsBackups({ clients });
  const Bucket = "tfe-supply-data";
  await clients.s3.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }),
  );
  expect(await backups.keepsVersions(Bucket)).toBe(false);
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await clients.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  expect(await backups.keepsVersions(Bucket)).toBe(true);
});
