import { AwsError, type RegionApi } from "../../region/api";
import { isReachable } from "../../region/faultEffects";
import type { Exec, Instance, SsmCommand } from "../../region/model";
import { isKnown } from "../../region/ssm";
import { osIsUp } from "../../region/node/phases";
import { flag, required, structure, structures, texts, text, whole, type Params } from "../params";
import { page, type Answer, type Operation, type Service } from "../service";
import { invocationAnswer, invocationSummary } from "./ssmAnswers";

/** Default of AWS-RunShellScript's parameter executionTimeout, and of SendCommand's TimeoutSeconds. */
const DEFAULT_TIMEOUT = 3600;

const SendCommand: Operation = (region, params) => {
  const documentName = required(params, "DocumentName");
  const instanceIds = texts(params, "InstanceIds") ?? targeted(region, params);
  const parameters = structure(params, "Parameters");
  const command = region.sendCommand({
    instanceIds,
    documentName,
    commands: texts(parameters, "commands") ?? [],
    comment: text(params, "Comment") ?? "",
    executionTimeoutSeconds: Number(texts(parameters, "executionTimeout")?.[0] ?? DEFAULT_TIMEOUT),
    deliveryTimeoutSeconds: whole(params, "TimeoutSeconds") ?? DEFAULT_TIMEOUT,
  });
  return { Command: commandAnswer(command) };
};

const GetCommandInvocation: Operation = (region, params) => {
  const [id, instanceId] = [required(params, "CommandId"), required(params, "InstanceId")];
  const command = region.state.ssmCommands.find((c) => c.id === id);
  const invocation = command?.invocations.find((i) => i.instanceId === instanceId);
  if (!command || !invocation || !isKnown(region.state, command)) throw new AwsError("InvocationDoesNotExist", "");
  return invocationAnswer(command, invocation, execOf(region, invocation.execId));
};

const ListCommandInvocations: Operation = (region, params) => {
  const [id, instanceId] = [text(params, "CommandId"), text(params, "InstanceId")];
  const details = flag(params, "Details");
  const found = region.state.ssmCommands
    .filter((command) => (id === undefined || command.id === id) && isKnown(region.state, command))
    .flatMap((command) => command.invocations.map((invocation) => ({ command, invocation })))
    .filter(({ invocation }) => instanceId === undefined || invocation.instanceId === instanceId);
  const { items, next } = page(found, whole(params, "MaxResults"), text(params, "NextToken"));
  const answers = items.map(({ command, invocation }) =>
    invocationSummary(command, invocation, execOf(region, invocation.execId), details),
  );
  return { CommandInvocations: answers, NextToken: next };
};

const CancelCommand: Operation = (region, params) => {
  region.cancelCommand(required(params, "CommandId"));
  return {};
};

const DescribeInstanceInformation: Operation = (region, params) => {
  const filters = structures(params, "Filters").map((f) => ({ key: text(f, "Key"), values: texts(f, "Values") ?? [] }));
  const known = region.state.instances
    .filter(osIsUp)
    .filter((i) => filters.every(({ key, values }) => key !== "InstanceIds" || values.includes(i.id)));
  const { items, next } = page(known, whole(params, "MaxResults"), text(params, "NextToken"));
  return { InstanceInformationList: items.map((i) => informationAnswer(region, i)), NextToken: next };
};

const GetParameter: Operation = (region, params) => {
  const name = required(params, "Name");
  const value = region.state.parameters[name];
  if (value === undefined) throw new AwsError("ParameterNotFound", "");
  const { region: place, accountId } = region.state;
  const arn = `arn:aws:ssm:${place}:${accountId}:parameter/${name.replace(/^\//, "")}`;
  return { Parameter: { Name: name, Type: "String", Value: value, Version: 1, ARN: arn, DataType: "text" } };
};

export const ssm: Service = {
  protocol: "json",
  namespace: "AmazonSSM",
  version: "2014-11-06",
  unknownOperation: { code: "UnknownOperationException", status: 400 },
  operations: {
    SendCommand,
    GetCommandInvocation,
    ListCommandInvocations,
    CancelCommand,
    DescribeInstanceInformation,
    GetParameter,
  },
};

/** `Targets=[{Key: "InstanceIds" | "tag:<key>", Values}]`. */
function targeted(region: RegionApi, params: Params): string[] {
  const targets = structures(params, "Targets").map((t) => ({
    key: required(t, "Key"),
    values: texts(t, "Values") ?? [],
  }));
  if (targets.length === 0) throw new AwsError("InvalidInstanceId", "InstanceIds or Targets must be given");
  return region.state.instances
    .filter((i) => isReachable(region.state, i))
    .filter((i) =>
      targets.every(({ key, values }) =>
        values.includes(key === "InstanceIds" ? i.id : (i.tags[key.replace(/^tag:/, "")] ?? "")),
      ),
    )
    .map((i) => i.id);
}

const execOf = (region: RegionApi, id: string | undefined): Exec | undefined =>
  region.state.execs.find((exec) => exec.id === id);

function commandAnswer(command: SsmCommand): Answer {
  return {
    CommandId: command.id,
    DocumentName: command.documentName,
    Comment: command.comment,
    InstanceIds: command.invocations.map((i) => i.instanceId),
    RequestedDateTime: new Date(command.requestedAt),
    ExpiresAfter: new Date(command.requestedAt + command.deliveryTimeoutSeconds * 1000),
    Status: "Pending",
    StatusDetails: "Pending",
    TargetCount: command.invocations.length,
    CompletedCount: 0,
    ErrorCount: 0,
    TimeoutSeconds: command.deliveryTimeoutSeconds,
    Parameters: { commands: command.commands },
  };
}

function informationAnswer(region: RegionApi, instance: Instance): Answer {
  return {
    InstanceId: instance.id,
    PingStatus: isReachable(region.state, instance) ? "Online" : "ConnectionLost",
    LastPingDateTime: new Date(region.state.now),
    AgentVersion: "3.3.0.0",
    IsLatestVersion: true,
    PlatformType: "Linux",
    PlatformName: "Ubuntu",
    PlatformVersion: "22.04",
    ResourceType: "EC2Instance",
    IPAddress: instance.privateIp,
    ComputerName: `ip-${instance.privateIp.replaceAll(".", "-")}`,
  };
}
