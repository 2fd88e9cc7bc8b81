/** The state machine of rollouts, in Amazon States Language. It knows no stack and no release: those are the input. Pure. */
import { CALL_ENV, RESUMABLE, STATES, TOKEN_ATTRIBUTE } from "./contract";
import { BUILD_MINUTES } from "../components/patchJobBuildspec";

export interface DefinitionFacts {
  readonly partition: string;
  /** Topic that is asked for approvals and told of the end. */
  readonly topicArn: string;
}

type State = Readonly<Record<string, unknown>>;
interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

const DAY = 86_400;
/** An approval that nobody gives or declines for as long ends the rollout. */
const APPROVAL_SECONDS = 14 * DAY;
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

/** Waves one after the other; after the first that fails, no other is started. */
export function rolloutDefinition(facts: DefinitionFacts): Machine & { readonly Comment: string } {
  return {
    Comment: "Repaves stacks in waves (tfe-repave). The input of an execution is the rollout.",
    StartAt: "Waves",
    States: {
      Waves: {
        Type: "Map",
        ItemsPath: "$.waves",
        MaxConcurrency: 1,
        ItemProcessor: inline(wave(facts)),
        ResultPath: null,
        Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Next: "Tell of failure" }],
        Next: "Tell of end",
      },
      "Tell of end": tell(facts, "done", "Rollout {} is done.", "Done"),
      Done: { Type: "Succeed" },
      "Tell of failure": tell(
        facts,
        "stopped",
        "Rollout {} has stopped; nothing more is started. What is where: npm run rollout -- status {} --on aws",
        "Failed",
      ),
      Failed: {
        Type: "Fail",
        ErrorPath: "$.failure.Error",
        Cause: "A stack did not reach its goal or did not hold, or a wave was not approved: see the states before.",
      },
    },
  };
}

const inline = (machine: Machine): State => ({ ProcessorConfig: { Mode: "INLINE" }, ...machine });

/** Tells the topic; a topic that does not answer changes no outcome. */
function tell({ partition, topicArn }: DefinitionFacts, subject: string, text: string, next: string): State {
  return {
    Type: "Task",
    Resource: `arn:${partition}:states:::sns:publish`,
    Parameters: {
      TopicArn: topicArn,
      Subject: `tfe-repave: rollout ${subject}`,
      "Message.$": `States.Format('${text}', $$.Execution.Input.name${text.split("{}").length > 2 ? ", $$.Execution.Input.file" : ""})`,
    },
    ResultPath: null,
    Retry: [{ ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 5, MaxAttempts: 3 }],
    Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: null, Next: next }],
    Next: next,
  };
}

/**
 * Approval, repaves, soak. The stacks go in batches, as many at a time as may be: a batch begins when the one before is at its end, so
 * that after a failure no stack is started, and none under way is cut off. A Map with MaxConcurrency could not do both.
 */
function wave(facts: DefinitionFacts): Machine {
  return {
    StartAt: "Does it need approval?",
    States: {
      "Does it need approval?": {
        Type: "Choice",
        Choices: [{ Variable: "$.approval", StringEquals: "person", Next: STATES.approval }],
        Default: STATES.wave,
      },
      [STATES.approval]: {
        Type: "Task",
        Resource: `arn:${facts.partition}:states:::sns:publish.waitForTaskToken`,
        Parameters: {
          TopicArn: facts.topicArn,
          Subject: "tfe-repave: a wave waits for approval",
          "Message.$":
            "States.Format('Wave {} ({}) of rollout {} waits for approval. Approve it: npm run rollout -- approve {} --wave {} (with --decline: end the rollout)', " +
            "$.number, $.name, $$.Execution.Input.name, $$.Execution.Input.file, $.number)",
          MessageAttributes: { [TOKEN_ATTRIBUTE]: { DataType: "String", "StringValue.$": "$$.Task.Token" } },
        },
        TimeoutSeconds: APPROVAL_SECONDS,
        ResultPath: "$.approved",
        Next: STATES.wave,
      },
      [STATES.wave]: {
        Type: "Pass",
        Parameters: { "batches.$": "States.ArrayPartition($.stacks, $.concurrency)" },
        ResultPath: "$.in",
        Next: "Repave wave",
      },
      "Repave wave": {
        Type: "Map",
        ItemsPath: "$.in.batches",
        MaxConcurrency: 1,
        ItemProcessor: inline(batch(facts)),
        ResultPath: null,
        Next: STATES.soak,
      },
      [STATES.soak]: {
        Type: "Map",
        ItemsPath: "$.looks",
        ItemSelector: { "seconds.$": "$$.Map.Item.Value", "stacks.$": "$.stacks", "look.$": "$.look" },
        MaxConcurrency: 1,
        ItemProcessor: inline(look(facts)),
        ResultPath: null,
        Next: STATES.done,
      },
      [STATES.done]: { Type: "Succeed" },
    },
  };
}

/** Stacks that are repaved at the same time. Each comes to its end, whatever happens to the others. */
function batch(facts: DefinitionFacts): Machine {
  return {
    StartAt: "Repave batch",
    States: {
      "Repave batch": {
        Type: "Map",
        ItemSelector: {
          "stack.$": "$$.Map.Item.Value.stack",
          "project.$": "$$.Map.Item.Value.project",
          resumptions: 0,
        },
        ItemProcessor: inline(stack(facts)),
        ResultSelector: { "someFailed.$": "States.ArrayContains($[*].there, false)" },
        Next: "Is every stack there?",
      },
      "Is every stack there?": {
        Type: "Choice",
        Choices: [{ Variable: "$.someFailed", BooleanEquals: true, Next: "Stop here" }],
        Default: "Batch done",
      },
      "Stop here": { Type: "Fail", Error: "StackFailed", Cause: "A stack did not reach the goal of the rollout." },
      "Batch done": { Type: "Succeed" },
    },
  };
}

/** One build of a stack's job after another, until the stack is there or one fails for good. Nothing in here fails. */
function stack(facts: DefinitionFacts): Machine {
  return {
    StartAt: STATES.repave,
    States: {
      [STATES.repave]: {
        ...build(facts, "$$.Execution.Input.repave"),
        // The service's own event of the build's end may be lost.
        TimeoutSeconds: (BUILD_MINUTES + 60) * 60,
        Retry: [UNTIL_BUILD_STARTS],
        Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Can it be resumed?" }],
        Next: "Is its window closed?",
      },
      "Is its window closed?": {
        Type: "Choice",
        Choices: [{ Variable: "$.result.end.outcome", StringEquals: "not-now", Next: STATES.window }],
        Default: STATES.there,
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

const ended = (there: boolean): State => ({ Type: "Pass", Parameters: { "stack.$": "$.stack", there }, End: true });

/** A pause, and then a look at every stack of the wave. */
function look(facts: DefinitionFacts): Machine {
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
              Choices: [{ Variable: "$.result.end.holds", BooleanEquals: true, Next: "Holds" }],
              Default: STATES.broken,
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
