import type { AwsPlace } from "../../../infra/awsSdk";
import type { StackConfig } from "../../../infra/config/index";
import type { BuiltServices } from "../../../infra/contract";
import { resourceName } from "../../../infra/names";
import type { AwsClients } from "../../adapters/aws/clients";
import { awsHandover } from "../../adapters/aws/handover/secret";
import { inspectOn, writeOn } from "../../dialects/move/node";
import { environmentOf, surveyed } from "../../dialects/move/sides";
import { RepaveError } from "../../domain/errors";
import type { Move } from "../../domain/move/move";
import { recordedRelease } from "../../domain/release";
import type { Clock } from "../../ports/clock";
import type { Moving } from "../../ports/moving";
import type { NodeShell } from "../../ports/nodeShell";
import type { Tfe } from "../../ports/tfe";
import { handSecretsOver } from "./handingOver";
import { bootsFrom } from "../policy";
import { configWith, sideOf, type Sides } from "./sides";
import { plainStackName, readStack } from "../stacks";

export interface MovingOptions {
  readonly stackName: string;
  readonly shell: NodeShell;
  readonly tfe: Tfe;
  readonly sides: Sides;
  readonly clients: AwsClients;
  readonly aws: AwsPlace;
  readonly clock: Clock;
  readonly built: BuiltServices | undefined;
}

/** What a move needs of both dialects, the stack's file, and the secret between them. */
export function stackMoving({ stackName, shell, tfe, sides, clients, aws, clock, built }: MovingOptions): Moving {
  const stack = plainStackName(stackName);

  /** The file as it is now: a run writes it. */
  const raw = (): ReturnType<typeof readStack>["raw"] => readStack(stackName).raw;

  const boots = ({ to }: Move): StackConfig => configWith(raw(), to);

  return {
    present: () => Promise.resolve(sideOf(readStack(stackName))),
    async survey(node, from, keys) {
      const config = configWith(raw(), from);
      const { appConfig, releaseSequence = 0 } = config;
      const settings = await tfe.settingsSinceBuild(
        { ...node, packaging: from.packaging },
        { plain: Object.keys(appConfig) },
      );
      const survey = surveyed(settings, config, recordedRelease(releaseSequence), keys);
      if (flawOf(survey.to) === undefined) sides.learn(survey.to);
      return survey;
    },
    inspect: (node, move) => inspectOn(shell, node, move.secrets, { ...boots(move), environment: environmentOf(move) }),
    async handOver(node, move) {
      const config = boots(move);
      const instanceProfile = config.instanceProfile ?? resourceName(stack, "node");
      const { kmsKeyArn } = config;
      const withPlain = { ...config, environment: environmentOf(move) };
      return handSecretsOver({
        handover: awsHandover({ clients, aws, stack, instanceProfile, kmsKeyArn }),
        write: (secretArn) => writeOn(shell, node, move.secrets, secretArn, withPlain),
        clock,
        instanceId: node.instanceId,
        again: `npm run migrate -- --stack ${stackName}`,
      });
    },
    bootsFrom: (side) => bootsFrom(configWith(raw(), side), built),
    flaw: flawOf,
  };

  function flawOf(side: Parameters<Moving["flaw"]>[0]): string | undefined {
    try {
      configWith(raw(), side);
      return undefined;
    } catch (error) {
      if (error instanceof RepaveError && error.code === "STACK_CONFIG_INVALID") return error.detail;
      throw error;
    }
  }
}
