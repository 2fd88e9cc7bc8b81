/** The state machine of rollouts, in Amazon States Language. It knows no stack and no release: those are the input. Pure. */
import { STATES, TOKEN_ATTRIBUTE } from "./contract";
import { type DefinitionFacts, inline, look, type Machine, stack, type State } from "./stackStates";

const DAY = 86_400;
/** An approval that nobody gives or declines for as long ends the rollout. */
const APPROVAL_SECONDS = 14 * DAY;

/** Of the rollout, in its execution. */
const [NAME, FILE] = ["$$.Execution.Input.name", "$$.Execution.Input.file"] as const;

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
      "Tell of end": tell(facts, "done", `'Rollout {} is done.', ${NAME}`, "Done"),
      Done: { Type: "Succeed" },
      "Tell of failure": tell(
        facts,
        "stopped",
        `'Rollout {} has stopped; nothing more is started. What is where: npm run rollout -- status {} --on aws', ${NAME}, ${FILE}`,
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

/** Sends a text, given as `States.Format` takes it, to the topic. A topic that does not answer changes no outcome. */
function tell({ partition, topicArn }: DefinitionFacts, subject: string, format: string, next: string): State {
  return {
    Type: "Task",
    Resource: `arn:${partition}:states:::sns:publish`,
    Parameters: {
      TopicArn: topicArn,
      Subject: `tfe-repave: rollout ${subject}`,
      "Message.$": `States.Format(${format})`,
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
            `$.number, $.name, ${NAME}, ${FILE}, $.number)`,
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
