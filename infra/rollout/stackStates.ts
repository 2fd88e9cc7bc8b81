/** The states of one stack: its repave, and a look at it. Pure. */
import { BUILD_MINUTES } from "../components/patchJobBuildspec";
import { CALL_ENV, RESUMABLE, STATES } from "./contract";

export interface DefinitionFacts {
  readonly partition: string;
  /** Topic that is asked for approvals and told of the end. */
  readonly topicArn: string;
}

export type State = Readonly<Record<string, unknown>>;
export interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** Builds that may follow the first of a stack, where its run stopped at a safe point for want of time. */
const MOST_RESUMPTIONS = 2;
/** Stacks that are looked at at the same time. */
const LOOKS_AT_ONCE = 10;

/**
 * A build of the same stack is under way, or the account runs as many as it may: nothing was started. The longest wait is some six hours
 * (60 s, 120 s, 240 s, 480 s, then ten minutes each).
 */
const UNTIL_BUILD_STARTS = {
  ErrorEquals: ["CodeBuild.AccountLimitExceededException"],
  IntervalSeconds: 60,
  BackoffRate: 2,
  MaxDelaySeconds: 600,
  MaxAttempts: 40,
};

/** Of a look: it changes nothing. One that could not be made three times in a row does not hold. */
const LOOK_AGAIN = { ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 30, BackoffRate: 1, MaxAttempts: 2 };

export const inline = (machine: Machine): State => ({ ProcessorConfig: { Mode: "INLINE" }, ...machine });

/** One build of a stack's job after another, until the stack is there or one fails for good. Nothing in here fails. */
export function stack(facts: DefinitionFacts): Machine {
  return {
    StartAt: STATES.repave,
    States: {
      [STATES.repave]: {
        ...build(facts, "$$.Execution.Input.repave"),
        // The service's own event of the build's end may be lost.
        TimeoutSeconds: (BUILD_MINUTES + 60) * 60,
        Retry: [UNTIL_BUILD_STARTS],
        Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Can it be resumed?" }],
        Next: "Is it there?",
      },
      // A build that succeeds and does not say so itself has done something else.
      "Is it there?": {
        Type: "Choice",
        Choices: [
          { ...outcomeIs("done"), Next: STATES.there },
          { ...outcomeIs("nothing-to-do"), Next: STATES.there },
          { ...outcomeIs("not-now"), Next: STATES.window },
        ],
        Default: STATES.failed,
      },
      [STATES.window]: { Type: "Wait", TimestampPath: "$.result.end.again", Next: STATES.repave },
      "Can it be resumed?": {
        Type: "Choice",
        Choices: [
          {
            And: [
              { Variable: "$.error.Cause", IsPresent: true },
              { Variable: "$.error.Cause", StringMatches: `*${RESUMABLE}*` },
              { Variable: "$.resumptions", NumericLessThan: MOST_RESUMPTIONS },
            ],
            Next: "Resume its run",
          },
        ],
        Default: STATES.failed,
      },
      "Resume its run": {
        Type: "Pass",
        Parameters: {
          "stack.$": "$.stack",
          "project.$": "$.project",
          "resumptions.$": "States.MathAdd($.resumptions, 1)",
        },
        Next: STATES.repave,
      },
      [STATES.there]: ended(true),
      [STATES.failed]: ended(false),
    },
  };
}

const outcomeIs = (outcome: string): State => ({
  And: [
    { Variable: "$.result.end.outcome", IsPresent: true },
    { Variable: "$.result.end.outcome", StringEquals: outcome },
  ],
});

const ended = (there: boolean): State => ({ Type: "Pass", Parameters: { "stack.$": "$.stack", there }, End: true });

/** A pause, and then a look at every stack of the wave. */
export function look(facts: DefinitionFacts): Machine {
  return {
    StartAt: "Wait",
    States: {
      Wait: { Type: "Wait", SecondsPath: "$.seconds", Next: "Must anything hold?" },
      "Must anything hold?": {
        Type: "Choice",
        Choices: [{ Variable: "$.look", StringEquals: "", Next: "Nothing to look at" }],
        Default: "Look at wave",
      },
      "Nothing to look at": { Type: "Succeed" },
      "Look at wave": {
        Type: "Map",
        ItemsPath: "$.stacks",
        ItemSelector: {
          "stack.$": "$$.Map.Item.Value.stack",
          "project.$": "$$.Map.Item.Value.project",
          "look.$": "$.look",
        },
        MaxConcurrency: LOOKS_AT_ONCE,
        ItemProcessor: inline({
          StartAt: STATES.look,
          States: {
            [STATES.look]: {
              ...build(facts, "$.look"),
              Retry: [UNTIL_BUILD_STARTS, LOOK_AGAIN],
              Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: STATES.blind }],
              Next: "Does it hold?",
            },
            "Does it hold?": {
              Type: "Choice",
              Choices: [
                {
                  And: [
                    { Variable: "$.result.end.holds", IsPresent: true },
                    { Variable: "$.result.end.holds", BooleanEquals: true },
                  ],
                  Next: "Holds",
                },
                { Variable: "$.result.end.detail", IsPresent: true, Next: STATES.broken },
              ],
              Default: STATES.blind,
            },
            Holds: { Type: "Succeed" },
            [STATES.broken]: { Type: "Fail", Error: "DoesNotHold", CausePath: "$.result.end.detail" },
            [STATES.blind]: { Type: "Fail", Error: "DoesNotHold", Cause: "The stack cannot be observed." },
          },
        }),
        ResultPath: null,
        End: true,
      },
    },
  };
}

/** A build of the stack's job, which calls these words; what it says at its end is `$.result.end`. */
const build = ({ partition }: DefinitionFacts, words: string): State => ({
  Type: "Task",
  Resource: `arn:${partition}:states:::codebuild:startBuild.sync`,
  Parameters: {
    "ProjectName.$": "$.project",
    EnvironmentVariablesOverride: [{ Name: CALL_ENV, Type: "PLAINTEXT", "Value.$": words }],
  },
  ResultSelector: {
    "end.$": "States.StringToJson(States.ArrayGetItem($.Build.ExportedEnvironmentVariables[*].Value, 0))",
  },
  ResultPath: "$.result",
});
