import "../support/quietSdk";
import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  type AutoScalingGroup,
} from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetCommandInvocationCommand, SendCommandCommand, SSMClient } from "@aws-sdk/client-ssm";
import { readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { parseDocument } from "yaml";
import { ensureEngine } from "../../orchestration/adapters/pulumi/engine/ensureEngine";
import { run } from "../e2e/support/command";
import type { CaseLab } from "../torture/lab";
import { pause } from "../torture/processes";

/** Lab seconds between two looks of a person at what they wait for. */
export const LOOK_SECONDS = 60;
/** Lab seconds that a person waits for one thing. */
const PATIENCE_SECONDS = 3600;
/** Real seconds of one `pulumi up`. */
const UPDATE_LIMIT = 120;
/** Lab seconds between two questions for the end of a command on a node: it stands for a shell, which tells by itself. */
const COMMAND_POLL_SECONDS = 2;
/** `AWS-RunShellScript`'s own bound, seconds: a drain waits for runs. */
const COMMAND_LIMIT = "7200";

export interface Clients {
  readonly autoScaling: AutoScalingClient;
  readonly ec2: EC2Client;
  readonly balancing: ElasticLoadBalancingV2Client;
  readonly ssm: SSMClient;
}

/** Somebody at a shell, with `pulumi`, `aws` and Session Manager. */
export interface Person {
  readonly clients: Clients;
  /** The one group of the account. */
  group(): Promise<AutoScalingGroup>;
  /** Ids of the group's instances. */
  nodes(): Promise<readonly string[]>;
  /** States of instances, by DescribeInstances. */
  states(ids: readonly string[]): Promise<readonly string[]>;
  /** Targets that the load balancer calls healthy. */
  healthyTargets(): Promise<readonly string[]>;
  /** Runs a command on a node and answers what it printed, with its exit status. */
  onNode(id: string, command: string): Promise<{ readonly exitCode: number; readonly stdout: string }>;
  /** Edits keys of the stack's file and runs `pulumi up`. Throws where that fails. */
  pulumiUp(changes: Readonly<Record<string, string>>): Promise<void>;
  /** Looks once every `LOOK_SECONDS`, the first time at once. */
  until(what: string, seen: () => Promise<boolean>): Promise<void>;
  close(): void;
}

export function personAt(estate: CaseLab): Person {
  const clients = clientsOf(estate);
  const inLab = (seconds: number): Promise<void> => pause((seconds * 1000) / estate.speed);

  async function group(): Promise<AutoScalingGroup> {
    const { AutoScalingGroups: groups = [] } = await clients.autoScaling.send(new DescribeAutoScalingGroupsCommand({}));
    const [only] = groups;
    if (!only || groups.length > 1) throw new Error(`${groups.length} groups instead of one`);
    return only;
  }

  async function pulumiUp(changes: Readonly<Record<string, string>>): Promise<void> {
    const file = join(estate.dir, "Pulumi.lab.yaml");
    const document = parseDocument(await readFile(file, "utf8"));
    for (const [key, value] of Object.entries(changes)) document.setIn(["config", `tfe:${key}`], value);
    await writeFile(file, document.toString({ lineWidth: 0 }));
    const words = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", "lab"];
    const env = await engineEnv(estate);
    const { code, stdout, stderr } = await run([...words, "--config-file", file], { env, limit: UPDATE_LIMIT });
    if (code !== 0) throw new Error(`pulumi up ended with ${code}:\n${stdout}${stderr}`);
  }

  async function onNode(id: string, command: string): Promise<{ exitCode: number; stdout: string }> {
    const parameters = { commands: [command], executionTimeout: [COMMAND_LIMIT] };
    const { Command: sent } = await clients.ssm.send(
      new SendCommandCommand({ DocumentName: "AWS-RunShellScript", InstanceIds: [id], Parameters: parameters }),
    );
    for (;;) {
      await inLab(COMMAND_POLL_SECONDS);
      const seen = await clients.ssm.send(
        new GetCommandInvocationCommand({ CommandId: sent?.CommandId, InstanceId: id }),
      );
      if (seen.Status !== undefined && !/^(Pending|InProgress|Delayed)$/.test(seen.Status))
        return { exitCode: seen.ResponseCode ?? -1, stdout: seen.StandardOutputContent ?? "" };
    }
  }

  return {
    clients,
    group,
    nodes: async () =>
      ((await group()).Instances ?? []).flatMap(({ InstanceId: id }) => (id === undefined ? [] : [id])),
    async states(ids) {
      const { Reservations: reservations = [] } = await clients.ec2.send(
        new DescribeInstancesCommand({ InstanceIds: [...ids] }),
      );
      return reservations.flatMap(({ Instances: found = [] }) => found.map(({ State: state }) => state?.Name ?? ""));
    },
    async healthyTargets() {
      const [TargetGroupArn] = (await group()).TargetGroupARNs ?? [];
      const { TargetHealthDescriptions: targets = [] } = await clients.balancing.send(
        new DescribeTargetHealthCommand({ TargetGroupArn }),
      );
      return targets.flatMap(({ Target: target, TargetHealth: health }) =>
        health?.State === "healthy" && target?.Id !== undefined ? [target.Id] : [],
      );
    },
    onNode,
    pulumiUp,
    async until(what, seen) {
      const deadline = estate.state.now + PATIENCE_SECONDS * 1000;
      while (!(await seen())) {
        if (estate.state.now > deadline) throw new Error(`waited ${PATIENCE_SECONDS} s for this: ${what}`);
        await inLab(LOOK_SECONDS);
      }
    },
    close: () => Object.values(clients).forEach((client: { destroy(): void }) => client.destroy()),
  };
}

function clientsOf({ env }: CaseLab): Clients {
  const options = {
    endpoint: env["AWS_ENDPOINT_URL"] ?? "",
    region: env["AWS_REGION"] ?? "",
    credentials: { accessKeyId: "lab", secretAccessKey: "lab" },
  };
  return {
    autoScaling: new AutoScalingClient(options),
    ec2: new EC2Client(options),
    balancing: new ElasticLoadBalancingV2Client(options),
    ssm: new SSMClient(options),
  };
}

/** What `source <dir>/env.sh` makes of the environment, with the engine on PATH. */
async function engineEnv({ dir, env }: CaseLab): Promise<NodeJS.ProcessEnv> {
  const { root } = await ensureEngine();
  return {
    ...process.env,
    ...env,
    PATH: [join(root, "bin"), process.env["PATH"]].join(delimiter),
    // The engine keeps its workspaces in the home folder otherwise.
    PULUMI_HOME: join(dir, "pulumi-home"),
    // A check of the types is most of an update's real seconds, and here each of them counts many times.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
  };
}
