import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { paginateDescribeInstanceInformation } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { RepaveError } from "../../../domain/errors";
import type { Agent, CloudSight } from "../../../ports/diagnosis";
import { type AwsClients, type AwsOptions, clientConfig, type Patience } from "../clients";
import { awsError, callAws } from "../errors";
import { describeGroup } from "../group";
import type { Simulation } from "./simulation";

/** A question of ten seconds: two attempts of four. */
export const OF_A_QUESTION: Patience = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 4_000 },
};

export interface CloudSightOptions extends AwsOptions {
  readonly clients: Pick<AwsClients, "autoScaling" | "ec2" | "ssm" | "sts">;
  readonly simulation: Simulation;
}

/** AWS as the clients reach it, for `doctor`: it only describes. */
export function awsSight({ clients, simulation, ...options }: CloudSightOptions): CloudSight {
  const { autoScaling, ec2, ssm, sts } = clients;
  return {
    region: () => sts.config.region().catch(() => undefined),
    async identity(abortSignal) {
      const command = new GetCallerIdentityCommand({});
      const answer = await callAws("GetCallerIdentity", () => sts.send(command, { abortSignal }));
      const { expiration, sessionToken } = await sts.config.credentials();
      return {
        account: answer.Account ?? "",
        arn: answer.Arn ?? "",
        expiresAt: expiration?.getTime(),
        temporary: sessionToken !== undefined,
      };
    },
    skewMs: (signal) => skewOf(options, signal),
    simulate: (arn, wanted, signal) => simulation.simulate(arn, wanted, signal),
    async nodes(groupName, abortSignal) {
      const group = await describeGroup(autoScaling, groupName);
      const ids = (group.Instances ?? []).flatMap(({ InstanceId: id }) => id ?? []);
      if (ids.length === 0) return [];
      // A filter, because a request for an id that EC2 does not know any more fails as a whole.
      const command = new DescribeInstancesCommand({ Filters: [{ Name: "instance-id", Values: ids }] });
      const { Reservations: reservations } = await callAws("DescribeInstances", () =>
        ec2.send(command, { abortSignal }),
      );
      const found = (reservations ?? []).flatMap(({ Instances: instances }) => instances ?? []);
      return ids.map((instanceId) => ({
        instanceId,
        privateIp: found.find((each) => each.InstanceId === instanceId)?.PrivateIpAddress ?? "",
      }));
    },
    agents: (instanceIds) =>
      callAws("DescribeInstanceInformation", async () => {
        const agents = new Map<string, Agent>();
        const request = { Filters: [{ Key: "InstanceIds", Values: [...instanceIds] }] };
        for await (const page of paginateDescribeInstanceInformation({ client: ssm }, request)) {
          for (const each of page.InstanceInformationList ?? []) {
            agents.set(each.InstanceId ?? "", {
              ping: each.PingStatus ?? "nothing",
              version: each.AgentVersion ?? "unknown",
              isLatest: each.IsLatestVersion !== false,
              heardAt: each.LastPingDateTime?.getTime(),
            });
          }
        }
        return agents;
      }),
  };
}

/**
 * Asks STS without a signature, which it refuses: the `Date` of the refusal is all that is wanted, and the clock may be what makes
 * signatures invalid.
 */
async function skewOf(options: AwsOptions, abortSignal: AbortSignal): Promise<number> {
  const sts = new STSClient({
    ...clientConfig(options),
    credentials: { accessKeyId: "none", secretAccessKey: "none" },
    signer: { sign: (request) => Promise.resolve(request) },
  });
  let ahead: number | undefined;
  sts.middlewareStack.add(
    (next) => async (args) => {
      const asked = Date.now();
      const result = await next(args);
      const answered = Date.now();
      const { headers } = result.response as { readonly headers?: Readonly<Record<string, string>> };
      const date = Date.parse(headers?.["date"] ?? "");
      // The header has whole seconds, cut off: half of one is the best guess.
      if (!Number.isNaN(date)) ahead = (asked + answered) / 2 - (date + 500);
      return result;
    },
    { step: "deserialize", name: "tfeRepaveDate", priority: "low" },
  );
  try {
    await sts.send(new GetCallerIdentityCommand({}), { abortSignal });
  } catch (thrown) {
    if (ahead === undefined) throw awsError("GetCallerIdentity", thrown);
  } finally {
    sts.destroy();
  }
  if (ahead === undefined) throw new RepaveError("AWS_CALL_FAILED", "GetCallerIdentity: the answer has no date");
  return ahead;
}
