import { setTimeout } from "node:timers/promises";
import {
  type HistoryEvent,
  paginateGetExecutionHistory,
  paginateListExecutions,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { silenceVersionWarning } from "../../../../infra/awsSdk";
import { DECLINED, TOKEN_ATTRIBUTE } from "../../../../infra/rollout/contract";
import { RepaveError } from "../../../domain/errors";
import type { EngineEvent, Execution, RolloutEngine } from "../../../ports/account/rolloutEngine";
import { rememberPlace } from "../asked";
import { type AwsOptions, clientConfig } from "../clients";
import { awsErrorName, callAws } from "../errors";

export interface StepFunctionsOptions extends AwsOptions {
  readonly machineArn: string;
}

/** Ids of executions end so: they sort by time within a rollout, and tell `november` from `november-2`. */
const NAME = /^(.+)-\d{8}-\d{6}-[0-9a-f]+$/;

/** A page of a history is 1,000 events at most. */
const PAGE = 1_000;

/** How often, and how far apart in milliseconds, an execution is asked for the beginning of its history. */
const [MOST_TRIES, TRY_EVERY_MS] = [20, 250] as const;

/** A state machine of Step Functions. Its connections must be closed. */
export function stepFunctions({ machineArn, ...options }: StepFunctionsOptions): RolloutEngine & { close(): void } {
  silenceVersionWarning();
  const client = new SFNClient(clientConfig(options));
  rememberPlace(client, options);
  const call = async <T>(action: string, send: () => Promise<T>): Promise<T> =>
    callAws(action, () =>
      send().catch((thrown: unknown) => {
        if (awsErrorName(thrown) !== "StateMachineDoesNotExist") throw thrown;
        throw new RepaveError("ROLLOUT_NOT_BUILT", `there is no state machine ${machineArn}`);
      }),
    );

  const historyOf = ({ id }: Execution): Promise<readonly EngineEvent[]> =>
    call("GetExecutionHistory", async () => {
      const events: EngineEvent[] = [];
      for await (const { events: page = [] } of paginateGetExecutionHistory(
        { client, pageSize: PAGE },
        { executionArn: id },
      ))
        events.push(...page.flatMap(read));
      return events;
    });

  return {
    async start(name, input) {
      const command = new StartExecutionCommand({ stateMachineArn: machineArn, name, input: JSON.stringify(input) });
      await call("StartExecution", () => client.send(command));
    },
    executions: (rollout) =>
      call("ListExecutions", async () => {
        const found: Execution[] = [];
        // The service lists the newest first; a rollout has few executions within the newest 1,000.
        for await (const { executions = [] } of paginateListExecutions(
          { client, pageSize: PAGE, stopOnSameToken: true },
          { stateMachineArn: machineArn },
        )) {
          for (const { executionArn: id = "", name = "", status } of executions)
            if (NAME.exec(name)?.[1] === rollout) found.push({ id, name, isRunning: status === "RUNNING" });
          if (found.length > 0) break;
        }
        return found;
      }),
    async history(execution) {
      // The service may list an execution before it has a history.
      for (let tries = 1; ; tries += 1) {
        const events = await historyOf(execution);
        if (events.length > 0 || tries >= MOST_TRIES) return events;
        await setTimeout(TRY_EVERY_MS);
      }
    },
    async approve(taskToken, by) {
      const command = new SendTaskSuccessCommand({ taskToken, output: JSON.stringify({ by }) });
      await call("SendTaskSuccess", () => client.send(command));
    },
    async decline(taskToken, cause) {
      await call("SendTaskFailure", () =>
        client.send(new SendTaskFailureCommand({ taskToken, error: DECLINED, cause })),
      );
    },
    async stop({ id }, cause) {
      await call("StopExecution", () =>
        client.send(new StopExecutionCommand({ executionArn: id, error: "Aborted", cause })),
      );
    },
    close: () => client.destroy(),
  };
}

/** What of an event is read here; nothing, of most. */
function read(event: HistoryEvent): readonly EngineEvent[] {
  const at = event.timestamp?.getTime() ?? 0;
  const { stateEnteredEventDetails: entered, taskScheduledEventDetails: scheduled } = event;
  if (entered)
    return [{ kind: "entered", at, state: entered.name ?? "", data: JSON.parse(entered.input ?? "null") as unknown }];
  const type: string = event.type ?? "";
  switch (type) {
    case "ExecutionStarted":
      return [
        { kind: "started", at, data: JSON.parse(event.executionStartedEventDetails?.input ?? "null") as unknown },
      ];
    case "TaskScheduled": {
      const token = tokenIn(scheduled?.parameters);
      return token === undefined ? [] : [{ kind: "asked", at, token }];
    }
    case "ExecutionSucceeded":
      return [{ kind: "succeeded", at }];
    case "ExecutionAborted":
      return [{ kind: "aborted", at, ...causeOf(event.executionAbortedEventDetails) }];
    case "ExecutionFailed":
      return [{ kind: "failed", at, ...causeOf(event.executionFailedEventDetails) }];
    case "ExecutionTimedOut":
      return [{ kind: "failed", at, ...causeOf(event.executionTimedOutEventDetails) }];
    default:
      return [];
  }
}

/** The token of an approval, which is an attribute of its message. */
function tokenIn(parameters = "{}"): string | undefined {
  const { MessageAttributes: attributes } = JSON.parse(parameters) as {
    readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue?: string }>>;
  };
  return attributes?.[TOKEN_ATTRIBUTE]?.StringValue;
}

const causeOf = (
  details: { readonly error?: string | undefined; readonly cause?: string | undefined } = {},
): { readonly error?: string; readonly cause?: string } => ({
  ...(details.error === undefined ? {} : { error: details.error }),
  ...(details.cause === undefined ? {} : { cause: details.cause }),
});
