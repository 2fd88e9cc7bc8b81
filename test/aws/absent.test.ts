import {
  AttachInstancesCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
  DescribeLifecycleHooksCommand,
  DescribePoliciesCommand,
  DescribeScheduledActionsCommand,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
  CreateOrUpdateTagsCommand,
  DeleteTagsCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribeLaunchTemplateVersionsCommand,
  GetConsoleOutputCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import {
  DeregisterTargetsCommand,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  GetInstanceProfileCommand,
  GetRoleCommand,
  IAMClient,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateDBClusterSnapshotCommand,
  CreateDBSnapshotCommand,
  DescribeDBClustersCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
} from "@aws-sdk/client-rds";
import {
  DeleteObjectCommand,
  GetBucketEncryptionCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand } from "@aws-sdk/client-service-quotas";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import {
  CancelCommandCommand,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  GetParameterCommand,
  SendCommandCommand,
} from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { serveAws } from "../../lab/aws/endpoint";
import { createRegion } from "../../lab/region/region";
import { awsClients, type AwsClients } from "../../orchestration/adapters/aws/clients";
import { awsErrorName } from "../../orchestration/adapters/aws/errors";
import { callSites } from "../support/awsCalls";

const AT = { region: "eu-west-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };
const ID = "i-0123456789abcdef0";
const ELB = "arn:aws:elasticloadbalancing:eu-west-1:123456789012";
const TARGETS = `${ELB}:targetgroup/none/0123456789abcdef`;
const BALANCER = `${ELB}:loadbalancer/app/none/0123456789abcdef`;
const COMMAND = "11111111-2222-3333-4444-555555555555";
const QUOTA = { ServiceCode: "ec2", QuotaCode: "L-1216C47A" };

interface Clients extends AwsClients {
  readonly cloudWatch: CloudWatchClient;
  readonly iam: IAMClient;
  readonly secrets: SecretsManagerClient;
  readonly sns: SNSClient;
}

const NO_GROUP = { ResourceId: "none", ResourceType: "auto-scaling-group", Key: "x" };

/** Every operation that the product calls, asked for something that is not there. */
const ASKED: Readonly<Record<string, (clients: Clients) => Promise<unknown>>> = {
  "autoscaling:AttachInstances": ({ autoScaling: c }) =>
    c.send(new AttachInstancesCommand({ AutoScalingGroupName: "none", InstanceIds: [ID] })),
  "autoscaling:DescribeAutoScalingGroups": ({ autoScaling: c }) =>
    c.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ["none"] })),
  "autoscaling:DescribeInstanceRefreshes": ({ autoScaling: c }) =>
    c.send(new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: "none" })),
  "autoscaling:DescribeLifecycleHooks": ({ autoScaling: c }) =>
    c.send(new DescribeLifecycleHooksCommand({ AutoScalingGroupName: "none" })),
  "autoscaling:DescribePolicies": ({ autoScaling: c }) =>
    c.send(new DescribePoliciesCommand({ AutoScalingGroupName: "none" })),
  "autoscaling:DescribeScheduledActions": ({ autoScaling: c }) =>
    c.send(new DescribeScheduledActionsCommand({ AutoScalingGroupName: "none" })),
  "autoscaling:CreateOrUpdateTags": ({ autoScaling: c }) =>
    c.send(new CreateOrUpdateTagsCommand({ Tags: [{ ...NO_GROUP, Value: "x", PropagateAtLaunch: false }] })),
  "autoscaling:DeleteTags": ({ autoScaling: c }) => c.send(new DeleteTagsCommand({ Tags: [NO_GROUP] })),
  "autoscaling:UpdateAutoScalingGroup": ({ autoScaling: c }) =>
    c.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "none", MinSize: 0 })),
  "iam:GetInstanceProfile": ({ iam }) => iam.send(new GetInstanceProfileCommand({ InstanceProfileName: "nobody" })),
  "autoscaling:SuspendProcesses": ({ autoScaling: c }) =>
    c.send(new SuspendProcessesCommand({ AutoScalingGroupName: "none", ScalingProcesses: ["AZRebalance"] })),
  "autoscaling:ResumeProcesses": ({ autoScaling: c }) =>
    c.send(new ResumeProcessesCommand({ AutoScalingGroupName: "none", ScalingProcesses: ["AZRebalance"] })),
  "autoscaling:TerminateInstanceInAutoScalingGroup": ({ autoScaling: c }) =>
    c.send(new TerminateInstanceInAutoScalingGroupCommand({ InstanceId: ID, ShouldDecrementDesiredCapacity: false })),
  "cloudwatch:DescribeAlarms": ({ cloudWatch: c }) => c.send(new DescribeAlarmsCommand({ AlarmNames: ["none"] })),
  "ec2:DescribeImages": ({ ec2 }) => ec2.send(new DescribeImagesCommand({ ImageIds: ["ami-0123456789abcdef0"] })),
  "ec2:DescribeInstances": ({ ec2 }) => ec2.send(new DescribeInstancesCommand({ InstanceIds: [ID] })),
  "ec2:DescribeInstanceTypes": ({ ec2 }) =>
    ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ["m5.enormous" as never] })),
  "ec2:DescribeInstanceTypeOfferings": ({ ec2 }) =>
    ec2.send(
      new DescribeInstanceTypeOfferingsCommand({
        LocationType: "availability-zone",
        Filters: [{ Name: "instance-type", Values: ["m5.enormous"] }],
      }),
    ),
  "ec2:DescribeLaunchTemplateVersions": ({ ec2 }) =>
    ec2.send(new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: "lt-0123456789abcdef0", Versions: ["1"] })),
  "ec2:RunInstances": ({ ec2 }) =>
    ec2.send(
      new RunInstancesCommand({
        DryRun: true,
        LaunchTemplate: { LaunchTemplateId: "lt-0123456789abcdef0", Version: "1" },
        SubnetId: "subnet-0123456789abcdef0",
        MinCount: 1,
        MaxCount: 1,
      }),
    ),
  "ec2:TerminateInstances": ({ ec2 }) => ec2.send(new TerminateInstancesCommand({ InstanceIds: [ID] })),
  "ec2:GetConsoleOutput": ({ ec2 }) => ec2.send(new GetConsoleOutputCommand({ InstanceId: ID })),
  "elasticloadbalancing:DescribeListeners": ({ elb }) =>
    elb.send(new DescribeListenersCommand({ LoadBalancerArn: BALANCER })),
  "elasticloadbalancing:DescribeLoadBalancerAttributes": ({ elb }) =>
    elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: BALANCER })),
  "elasticloadbalancing:DescribeLoadBalancers": ({ elb }) =>
    elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [BALANCER] })),
  "elasticloadbalancing:DescribeTargetGroupAttributes": ({ elb }) =>
    elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: TARGETS })),
  "elasticloadbalancing:DescribeTargetGroups": ({ elb }) =>
    elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [TARGETS] })),
  "elasticloadbalancing:DescribeTargetHealth": ({ elb }) =>
    elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: TARGETS })),
  "elasticloadbalancing:DeregisterTargets": ({ elb }) =>
    elb.send(new DeregisterTargetsCommand({ TargetGroupArn: TARGETS, Targets: [{ Id: ID }] })),
  "elasticloadbalancing:RegisterTargets": ({ elb }) =>
    elb.send(new RegisterTargetsCommand({ TargetGroupArn: TARGETS, Targets: [{ Id: ID }] })),
  "rds:DescribeDBInstances": ({ rds }) => rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: "none" })),
  "rds:DescribeDBClusters": ({ rds }) => rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: "none" })),
  "rds:CreateDBSnapshot": ({ rds }) =>
    rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: "none", DBSnapshotIdentifier: "run-1" })),
  "rds:CreateDBClusterSnapshot": ({ rds }) =>
    rds.send(new CreateDBClusterSnapshotCommand({ DBClusterIdentifier: "none", DBClusterSnapshotIdentifier: "run-1" })),
  "rds:DescribeDBSnapshots": ({ rds }) => rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: "none" })),
  "rds:DescribeDBClusterSnapshots": ({ rds }) =>
    rds.send(new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier: "none" })),
  "s3:GetObject": ({ s3 }) => s3.send(new GetObjectCommand({ Bucket: "nobodys-bucket", Key: "none" })),
  "iam:GetRole": ({ iam }) => iam.send(new GetRoleCommand({ RoleName: "nobody" })),
  "iam:SimulatePrincipalPolicy": ({ iam }) =>
    iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: "arn:aws:iam::123456789012:user/nobody",
        ActionNames: ["ec2:RunInstances"],
      }),
    ),
  "s3:PutObject": ({ s3 }) => s3.send(new PutObjectCommand({ Bucket: "nobodys-bucket", Key: "none", Body: "x" })),
  "s3:DeleteObject": ({ s3 }) => s3.send(new DeleteObjectCommand({ Bucket: "nobodys-bucket", Key: "none" })),
  "s3:ListBucket": ({ s3 }) => s3.send(new ListObjectsV2Command({ Bucket: "nobodys-bucket" })),
  "s3:GetBucketVersioning": ({ s3 }) => s3.send(new GetBucketVersioningCommand({ Bucket: "nobodys-bucket" })),
  "s3:GetEncryptionConfiguration": ({ s3 }) => s3.send(new GetBucketEncryptionCommand({ Bucket: "nobodys-bucket" })),
  "s3:GetBucketPublicAccessBlock": ({ s3 }) => s3.send(new GetPublicAccessBlockCommand({ Bucket: "nobodys-bucket" })),
  "secretsmanager:CreateSecret": ({ secrets }) =>
    secrets.send(new CreateSecretCommand({ Name: "no name can have a space", SecretString: "x" })),
  "secretsmanager:DescribeSecret": ({ secrets }) => secrets.send(new DescribeSecretCommand({ SecretId: "none" })),
  "secretsmanager:GetSecretValue": ({ secrets }) => secrets.send(new GetSecretValueCommand({ SecretId: "none" })),
  "secretsmanager:PutResourcePolicy": ({ secrets }) =>
    secrets.send(new PutResourcePolicyCommand({ SecretId: "none", ResourcePolicy: "{}" })),
  "servicequotas:GetServiceQuota": ({ quotas }) => quotas.send(new GetServiceQuotaCommand(QUOTA)),
  "servicequotas:GetAWSDefaultServiceQuota": ({ quotas }) => quotas.send(new GetAWSDefaultServiceQuotaCommand(QUOTA)),
  "sns:Publish": ({ sns }) =>
    sns.send(new PublishCommand({ TopicArn: "arn:aws:sns:eu-west-1:123456789012:nobodys", Message: "x" })),
  "ssm:CancelCommand": ({ ssm }) => ssm.send(new CancelCommandCommand({ CommandId: COMMAND })),
  "ssm:DescribeInstanceInformation": ({ ssm }) =>
    ssm.send(new DescribeInstanceInformationCommand({ Filters: [{ Key: "InstanceIds", Values: [ID] }] })),
  "ssm:GetCommandInvocation": ({ ssm }) =>
    ssm.send(new GetCommandInvocationCommand({ CommandId: COMMAND, InstanceId: ID })),
  "ssm:GetParameter": ({ ssm }) => ssm.send(new GetParameterCommand({ Name: "/none" })),
  "ssm:SendCommand": ({ ssm }) =>
    ssm.send(new SendCommandCommand({ DocumentName: "AWS-RunShellScript", InstanceIds: [ID] })),
  "sts:GetCallerIdentity": ({ sts }) => sts.send(new GetCallerIdentityCommand()),
};

let lab: { readonly clients: Clients; close(): Promise<void> };
let moto: Clients;
beforeAll(async () => {
  const region = createRegion({ now: Date.now() });
  const endpoint = await serveAws(region, { advance: () => undefined, log: () => undefined });
  const clients = clientsAt(endpoint.url);
  lab = {
    clients,
    async close() {
      clients.destroy();
      await endpoint.close();
    },
  };
  moto = clientsAt(process.env["MOTO_URL"] ?? "");
});
afterAll(async () => {
  moto.destroy();
  await lab.close();
});

function clientsAt(endpoint: string): Clients {
  const clients = awsClients({ ...AT, endpoint });
  const [secrets, sns] = [new SecretsManagerClient({ ...AT, endpoint }), new SNSClient({ ...AT, endpoint })];
  const [iam, cloudWatch] = [new IAMClient({ ...AT, endpoint }), new CloudWatchClient({ ...AT, endpoint })];
  return {
    ...clients,
    cloudWatch,
    iam,
    secrets,
    sns,
    destroy() {
      for (const client of [clients, cloudWatch, iam, secrets, sns]) client.destroy();
    },
  };
}

/** The name of the error, or that there was none. */
const outcome = (asking: Promise<unknown>): Promise<string> =>
  asking.then(
    () => "answered",
    (error: unknown) => awsErrorName(error),
  );

it("every operation that the product calls is asked here", () => {
  // The lab has no state machines: the tests of rollouts ask moto alone.
  const called = callSites().flatMap(({ action }) => (action.startsWith("states:") ? [] : [action]));
  const implied = ["rds:AddTagsToResource"];
  expect(
    [...new Set([...called, "sts:GetCallerIdentity"])].filter((action) => !implied.includes(action)).sort(),
  ).toEqual(Object.keys(ASKED).sort());
});

/** Where moto fails, or does not do what AWS's references say: what the lab answers instead, and why. */
const OTHERWISE: Readonly<Record<string, readonly [outcome: string, why: string]>> = {
  "autoscaling:DescribeInstanceRefreshes": ["ValidationError", "moto does not have it"],
  "autoscaling:DescribeLifecycleHooks": ["ValidationError", "moto lists nothing where there is no such group"],
  "autoscaling:DescribePolicies": ["ValidationError", "moto lists nothing where there is no such group"],
  "autoscaling:DescribeScheduledActions": ["ValidationError", "moto lists nothing where there is no such group"],
  "autoscaling:AttachInstances": ["ValidationError", "moto ends with a status of 500"],
  "autoscaling:CreateOrUpdateTags": ["ValidationError", "moto ends with a status of 500"],
  "autoscaling:DeleteTags": ["ValidationError", "moto ends with a status of 500"],
  "autoscaling:SuspendProcesses": ["ValidationError", "moto ends with a status of 500"],
  "autoscaling:ResumeProcesses": ["ValidationError", "moto ends with a status of 500"],
  "autoscaling:TerminateInstanceInAutoScalingGroup": ["ValidationError", "moto ends with a status of 500"],
  "ec2:RunInstances": ["InvalidLaunchTemplateId.NotFound", "in a dry run moto looks at nothing"],
  "iam:SimulatePrincipalPolicy": ["NoSuchEntityException", "moto does not have it"],
  "servicequotas:GetServiceQuota": ["answered", "moto knows no quota of EC2"],
  "servicequotas:GetAWSDefaultServiceQuota": ["answered", "moto does not have it"],
  "ssm:CancelCommand": ["InvalidCommandId", "moto does not have it"],
  "ssm:DescribeInstanceInformation": ["answered", "moto does not have it"],
  // The product takes either for an invocation that is not known yet.
  "ssm:GetCommandInvocation": ["InvocationDoesNotExist", "both are documented, moto says InvalidCommandId"],
  "ssm:SendCommand": ["InvalidInstanceId", "moto sends commands to instances that do not exist"],
};

const [other, same] = [true, false].map((is) => Object.entries(ASKED).filter(([name]) => name in OTHERWISE === is));

it.each(same ?? [])("%s of what is not there ends in the lab as in moto", async (_operation, ask) => {
  expect(await outcome(ask(lab.clients))).toEqual(await outcome(ask(moto)));
});

it.each(other ?? [])(
  "%s of what is not there ends in the lab as AWS says, not as moto does",
  async (operation, ask) => {
    expect(await outcome(ask(lab.clients))).toBe(OTHERWISE[operation]?.[0]);
  },
);
