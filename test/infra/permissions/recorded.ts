import { TAGS } from "../../../infra/contract";
import { arn, groupArn, iamArn, type Scope, targetGroupArn } from "../../../infra/permissions/scope";
import { runsPath } from "../../../infra/runs/runStore";
import { awsFleet } from "../../../orchestration/adapters/aws/fleet";
import type { AwsClients } from "../../../orchestration/adapters/aws/clients";
import { awsSight } from "../../../orchestration/adapters/aws/diagnosis/sight";
import { iamSimulation } from "../../../orchestration/adapters/aws/diagnosis/simulation";
import { awsHandover, type Handover, type HandoverOptions } from "../../../orchestration/adapters/aws/handover/secret";
import { awsPreparedNodes } from "../../../orchestration/adapters/aws/launching/preparedNodes";
import { awsImages } from "../../../orchestration/adapters/aws/images";
import { awsBootProbe } from "../../../orchestration/adapters/aws/bootProbe";
import { awsEntrypoint } from "../../../orchestration/adapters/aws/entrypoint";
import { awsLaunchMarket } from "../../../orchestration/adapters/aws/launchMarket";
import { awsRunningFleet } from "../../../orchestration/adapters/aws/running/fleet";
import { roleArnOf } from "../../../orchestration/adapters/aws/running/role";
import { secretText } from "../../../orchestration/adapters/notify/secret";
import { snsChannel } from "../../../orchestration/adapters/notify/sns";
import { awsAlarms } from "../../../orchestration/adapters/aws/monitoring/alarms";
import { awsBackups } from "../../../orchestration/adapters/aws/backups";
import { COMMANDS } from "../../../orchestration/dialects/replicated/commands";
import { s3ObjectStore } from "../../../orchestration/adapters/aws/objectStore";
import { s3RunStore } from "../../../orchestration/adapters/runStore/s3RunStore";
import { ssmShell } from "../../../orchestration/adapters/nodeShell/ssmShell";
import { wire } from "../../adapters/wire";
import { serveEstate, type ServedEstate } from "../../lab/servedEstate";
import { actionsFor } from "../../support/awsCalls";
import type { Request } from "../../support/iam";
import { SECRET_ARNS } from "../../support/stackConfig";
import { OBJECTS, SLACK_SECRET, TOPIC } from "./scope";

/** A call as the SDK was given it, whatever became of it. */
export interface Recorded {
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** An SDK client, as far as all of them are alike. */
interface Client {
  readonly middlewareStack: {
    add(
      middleware: (next: Handler, context: { commandName?: string }) => Handler,
      options: { step: "initialize" },
    ): void;
  };
}
type Handler = (args: { input: object }) => Promise<{ output: object; response: unknown }>;

const PACKAGES: Readonly<Record<keyof Omit<AwsClients, "destroy">, string>> = {
  autoScaling: "auto-scaling",
  ec2: "ec2",
  elb: "elastic-load-balancing-v2",
  quotas: "service-quotas",
  rds: "rds",
  s3: "s3",
  secrets: "secrets-manager",
  ssm: "ssm",
  sts: "sts",
};

/** Where the lab would answer so that there is nothing more to ask. */
const ANSWERS: Readonly<Record<string, object>> = {
  DescribeDBClustersCommand: { DBClusters: [{ DBClusterIdentifier: "tfe-db", BackupRetentionPeriod: 7 }] },
  DescribeLoadBalancersCommand: { LoadBalancers: [{ Type: "network", LoadBalancerArn: "arn:x" }] },
  GetServiceQuotaCommand: Object.assign(new Error("no quota of its own"), { name: "NoSuchResourceException" }),
};

/** Every call that the adapters make when all that they can do is asked of them, against the lab. */
export async function recordedCalls(): Promise<readonly Recorded[]> {
  const lab = await serveEstate({ count: 1, runs: true });
  const calls: Recorded[] = [];
  const record = (client: Client, sdkPackage: string): void =>
    client.middlewareStack.add(
      (next, { commandName = "" }) =>
        (args) => {
          const actions = actionsFor(sdkPackage, commandName.replace(/Command$/, ""));
          calls.push(...actions.map((action) => ({ action, input: args.input as Recorded["input"] })));
          const output = ANSWERS[commandName];
          if (output instanceof Error) return Promise.reject(output);
          return output ? Promise.resolve({ output: { $metadata: {}, ...output }, response: {} }) : next(args);
        },
      { step: "initialize" },
    );
  for (const [name, sdkPackage] of Object.entries(PACKAGES)) {
    record(lab.clients[name as keyof typeof PACKAGES], sdkPackage);
  }
  try {
    await askEverything(lab);
    calls.push(...(await notify()), ...(await simulate()), ...(await seeAlarms()));
    return calls;
  } finally {
    await lab.close();
  }
}

/** Notices have clients of their own, which are led to a stub. */
async function notify(): Promise<readonly Recorded[]> {
  const calls: Recorded[] = [];
  const stub = await wire(({ action, params, body }) => {
    const isSns = params.has("TopicArn") || body.includes("TopicArn");
    calls.push(...actionsFor(isSns ? "sns" : "secrets-manager", action).map((each) => ({ action: each, input: {} })));
    return { status: 400, body: "{}" };
  });
  try {
    await secretText(SLACK_SECRET, stub.config)().catch(() => undefined);
    const channel = snsChannel({ topicArn: TOPIC, ...stub.config });
    const notice = { kind: "run-started", stack: "test", title: "x", lines: [] };
    await channel.send({ id: "1", notice: notice as never }, AbortSignal.timeout(10_000)).catch(() => undefined);
    channel.close();
    return calls;
  } finally {
    await stub.close();
  }
}

/** IAM has a client of its own as well. */
async function simulate(): Promise<readonly Recorded[]> {
  const calls: Recorded[] = [];
  const stub = await wire(({ action, params }) => {
    const input = Object.fromEntries(params);
    calls.push(...actionsFor("iam", action).map((each) => ({ action: each, input })));
    return { status: 403, body: "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>" };
  });
  const simulation = iamSimulation(stub.config);
  try {
    const role = "arn:aws:sts::123456789012:assumed-role/operator/ann";
    const wanted = [{ actions: ["ec2:DescribeInstances"], resources: [], context: {} }];
    await simulation.simulate(role, wanted, AbortSignal.timeout(10_000)).catch(() => undefined);
    await roleArnOf("example-tfe", stub.config).catch(() => undefined);
    await handover({ aws: stub.config })
      .role()
      .catch(() => undefined);
    return calls;
  } finally {
    simulation.destroy();
    await stub.close();
  }
}

/** Alarms are read by clients of their own, one for each region. */
async function seeAlarms(): Promise<readonly Recorded[]> {
  const calls: Recorded[] = [];
  const stub = await wire(({ action }) => {
    calls.push(...actionsFor("cloudwatch", action).map((each) => ({ action: each, input: {} })));
    return { status: 400, body: "{}" };
  });
  const alarms = awsAlarms({ ...stub.config, given: ["tfe-5xx"] });
  try {
    await alarms.look(["tfe-5xx"]).catch(() => undefined);
    return calls;
  } finally {
    alarms.close();
    await stub.close();
  }
}

const handover = (options: Partial<HandoverOptions>): Handover =>
  awsHandover({
    clients: {} as never,
    aws: {},
    stack: "test",
    instanceProfile: "tfe-test-node",
    kmsKeyArn: undefined,
    ...options,
  });

/** What comes of it does not matter here; what the lab does not have is asked for all the same. */
async function askEverything({ clients, clock, region, groupName, targetGroupArn, only }: ServedEstate): Promise<void> {
  const { id: instanceId, privateIp } = only();
  const { now: startedAt } = region.state;
  // A run of hours, so that a drain does not end and is cancelled.
  const long = { durationMs: 36_000_000, endsAt: startedAt + 36_000_000 };
  region.state.jobs.push({ id: "run-long", queuedAt: startedAt, instanceId, startedAt, ...long });
  only().node.release = 781;
  region.state.buckets["runs"] = {};
  const fleet = awsFleet({ clients, groupName: "tfe-test", targetGroupArn: "arn:x", launchTemplateId: "lt-1" });
  await awsFleet({ clients, groupName, targetGroupArn, launchTemplateId: "lt-1" }).rules();
  await fleet.deregister(instanceId).catch(() => undefined);
  await fleet.register(instanceId).catch(() => undefined);
  const sight = awsSight({ clients, simulation: iamSimulation({ region: "eu-west-1" }) });
  const images = awsImages({ clients });
  const launchMarket = awsLaunchMarket({ clients, groupName });
  const entrypoint = awsEntrypoint({ clients, targetGroupArn });
  const bootProbe = awsBootProbe({
    clients,
    shell: ssmShell({ clients, clock }),
    groupName,
    launchTemplateId: "lt-1",
  });
  const prepared = awsPreparedNodes({ clients, groupName, launchTemplateId: "lt-1", stack: "test" });
  const objects = s3ObjectStore({ client: clients.s3 });
  const shell = ssmShell({ clients, clock });
  const backups = awsBackups({ clients });
  const store = s3RunStore({ client: clients.s3, bucket: "runs", prefix: "tfe", stack: "test" });
  const now = clock.now();
  const entry = { seq: 1, at: now, event: { event: "note", text: "x" } } as never;
  const node = { instanceId, privateIp };
  const all: readonly (() => Promise<unknown> | undefined)[] = [
    () => fleet.describe(),
    () => sight.nodes(groupName, AbortSignal.timeout(10_000)),
    () => sight.agents([instanceId], AbortSignal.timeout(10_000)),
    () =>
      awsRunningFleet({
        clients,
        aws: {
          region: "eu-west-1",
          endpoint: "http://127.0.0.1:1",
          patience: { maxAttempts: 1, requestHandler: { connectionTimeout: 500, requestTimeout: 500 } },
        },
        note: () => undefined,
      }).read(groupName),
    () => fleet.fence(),
    () => fleet.unfence([]),
    () => fleet.consoleOutput(instanceId),
    () => fleet.imageProblem("ami-1"),
    () => images.latest({ kind: "parameter", name: "/tfe/base-image" }, undefined),
    () => shell.run(node, ["true"]),
    () => shell.run(node, COMMANDS.drain, { signal: AbortSignal.timeout(30) }),
    () => launchMarket.demand(),
    () => images.describe(["ami-1"]),
    () => launchMarket.instanceType("m5.xlarge"),
    () => launchMarket.vcpuQuota("m5.xlarge"),
    () => entrypoint.describe(),
    () => bootProbe.launchProblem(1),
    () => bootProbe.secretProblem(SECRET_ARNS.settings),
    () => handover({ clients }).prepare(),
    () => handover({ clients }).allow(SECRET_ARNS.settings, "arn:aws:iam::123456789012:role/tfe-test-node", "read"),
    () => prepared.list(),
    () => prepared.launch({ templateVersion: 1, runId: "run-1", hop: 0, ordinal: 0 }),
    () => prepared.attach(instanceId),
    () => prepared.terminate(["i-0123"]),
    () => backups.keepsVersions(OBJECTS),
    () => objects.list(OBJECTS, "support-bundles/"),
    () => objects.download(OBJECTS, "support-bundles/a.tar.gz", "/nonexistent/a", 1),
    () => fleet.replace(instanceId),
    () => backups.policy("tfe-db"),
    () => backups.snapshot("tfe-db", "run-1-before-642", { run: "1" }),
    () => awsBackups({ clients }).snapshotStatus("run-1-before-642"),
    () => backups.snapshot("tfe-lab", "run-1-before-642", { run: "1" }),
    () =>
      store.create({ schema: 1, runId: "run-1", stack: "test", createdAt: now, operator: "o@h", plan: {} } as never),
    () => store.append("run-1", entry),
    () => store.journal("run-1"),
    () => store.list(),
    () => store.concerns({ bucket: undefined }),
    () => store.makeSureOfRoom(1),
    () => store.save("run-1", "report.md", "x"),
    () => store.acquire({ runId: "run-1", holder: "o@h", now, ttlMs: 60_000 }).then((lease) => store.release(lease)),
  ];
  for (const ask of all) await Promise.resolve(ask()).catch(() => undefined);
}

/** A launch that overrides the subnet of the stack's template, and nothing else. */
function launchOf(scope: Scope): readonly Request[] {
  const ask = (kind: string, context: Request["context"]): Request => ({
    action: "ec2:RunInstances",
    resource: arn(scope, "ec2", `${kind}/${kind}-1`),
    ...(context && { context }),
  });
  const by = { "ec2:LaunchTemplate": arn(scope, "ec2", "launch-template/lt-1") };
  return [
    ...["image", "instance", "security-group", "volume"].map((kind) =>
      ask(kind, { ...by, "ec2:IsLaunchTemplateResource": "true" }),
    ),
    ...["network-interface", "subnet"].map((kind) => ask(kind, { ...by, "ec2:IsLaunchTemplateResource": "false" })),
    ask("launch-template", { ...by, [`aws:ResourceTag/${TAGS.stack}`]: scope.stack }),
  ];
}

/** The secret that a node of the stack writes. */
const handedOver = (scope: Scope): string =>
  arn(scope, "secretsmanager", `secret:tfe-repave/${scope.stack}/variables-a1B2c3`);

/**
 * What IAM is asked for a call, were it about that stack: actions and resources as the service authorization reference lists
 * them, tags as the stack gives them.
 */
export function requestsOf({ action, input }: Recorded, scope: Scope): readonly Request[] {
  const ask = (resource: string, context?: Request["context"]): Request => ({
    action,
    resource,
    ...(context && { context }),
  });
  const tagged = (key: string): Request["context"] => ({ [`${key}/${TAGS.stack}`]: scope.stack });
  const name = (field: string): string => String(input[field]);
  switch (action) {
    case "autoscaling:AttachInstances":
    case "autoscaling:ResumeProcesses":
    case "autoscaling:SuspendProcesses":
    case "autoscaling:TerminateInstanceInAutoScalingGroup":
      return [ask(groupArn(scope).replace(":*:", ":0b1c2d3e:"))];
    case "elasticloadbalancing:DeregisterTargets":
    case "elasticloadbalancing:RegisterTargets":
      return [ask(targetGroupArn(scope).replace("*", "0b1c2d3e4f5a6b7c"))];
    case "ec2:GetConsoleOutput":
      return [ask(arn(scope, "ec2", `instance/${name("InstanceId")}`), tagged("aws:ResourceTag"))];
    case "ec2:TerminateInstances":
      return [
        ask(arn(scope, "ec2", `instance/${(input["InstanceIds"] as string[]).join()}`), {
          ...tagged("aws:ResourceTag"),
          [`aws:ResourceTag/${TAGS.prepared}`]: scope.stack,
        }),
      ];
    case "ssm:SendCommand":
      return [
        ask(arn(scope, "ec2", `instance/${(input["InstanceIds"] as string[]).join()}`), tagged("ssm:resourceTag")),
        ask(arn({ ...scope, accountId: "" }, "ssm", `document/${name("DocumentName")}`)),
      ];
    case "iam:GetRole":
      return [ask(iamArn(scope, `role/${name("RoleName")}`))];
    case "iam:SimulatePrincipalPolicy":
      return [ask(iamArn(scope, name("PolicySourceArn").split(":").at(-1) ?? ""))];
    case "ssm:GetParameter":
      return [ask(arn(scope, "ssm", `parameter${scope.config.imageParameter ?? ""}`))];
    case "secretsmanager:GetSecretValue":
      return [ask(scope.config.notifySlackSecretArn ?? "none")];
    case "ec2:RunInstances":
      return launchOf(scope);
    case "secretsmanager:DescribeSecret":
      return [ask(name("SecretId").startsWith("arn:") ? scope.config.settingsSecretArn : handedOver(scope))];
    case "secretsmanager:CreateSecret":
    case "secretsmanager:PutResourcePolicy":
      return [ask(handedOver(scope))];
    case "iam:GetInstanceProfile":
      return [ask(iamArn(scope, `instance-profile/tfe-${scope.stack}-node`))];
    case "sns:Publish":
      return [ask(scope.config.notifyTopicArn ?? "none")];
    case "rds:DescribeDBInstances":
      return [ask(arn(scope, "rds", `db:${scope.config.databaseId ?? ""}`))];
    case "rds:DescribeDBClusters":
      return [ask(arn(scope, "rds", `cluster:${name("DBClusterIdentifier")}`))];
    case "rds:CreateDBSnapshot":
      return [
        ask(arn(scope, "rds", `db:${scope.config.databaseId ?? ""}`)),
        ask(arn(scope, "rds", `snapshot:${name("DBSnapshotIdentifier")}`)),
      ];
    case "rds:CreateDBClusterSnapshot":
      return [
        ask(arn(scope, "rds", `cluster:${name("DBClusterIdentifier")}`)),
        ask(arn(scope, "rds", `cluster-snapshot:${name("DBClusterSnapshotIdentifier")}`)),
      ];
    case "rds:AddTagsToResource":
      return "DBSnapshotIdentifier" in input
        ? [ask(arn(scope, "rds", `snapshot:${name("DBSnapshotIdentifier")}`))]
        : [ask(arn(scope, "rds", `cluster-snapshot:${name("DBClusterSnapshotIdentifier")}`))];
    case "rds:DescribeDBSnapshots":
      return [ask(arn(scope, "rds", `snapshot:${name("DBSnapshotIdentifier")}`))];
    case "rds:DescribeDBClusterSnapshots":
      return [ask(arn(scope, "rds", `cluster-snapshot:${name("DBClusterSnapshotIdentifier")}`))];
    case "s3:GetBucketPublicAccessBlock":
    case "s3:GetBucketVersioning":
    case "s3:GetEncryptionConfiguration":
    case "s3:ListBucket":
      return [ask(`arn:aws:s3:::${bucketIn(scope, name("Bucket"))}`)];
    case "s3:DeleteObject":
    case "s3:GetObject":
    case "s3:PutObject":
      return [ask(`arn:aws:s3:::${bucketIn(scope, name("Bucket"))}/${keyIn(scope, name("Key"))}`)];
    default:
      return [ask("*")];
  }
}

/** That stack's bucket of objects in the place of ours. */
const bucketIn = ({ config }: Scope, bucket: string): string =>
  bucket === OBJECTS ? (config.bucket ?? "none") : bucket;

/** The key of the same part of that stack's runs. */
function keyIn({ runs, stack }: Scope, key: string): string {
  return runs.kind === "s3" ? key.replace(/^tfe\/test\//, `${runsPath(runs.prefix, stack)}/`) : key;
}
