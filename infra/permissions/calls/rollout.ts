/** What Pulumi's aws provider calls for the state machine of rollouts (`rolloutStacks`), besides its log and its alarms. Pure. */
import type { Calls } from "./nodes";

export const ROLLOUT_CALLS: Readonly<Record<string, Calls>> = {
  "aws:sfn/stateMachine:StateMachine": {
    see: ["states:DescribeStateMachine", "states:ListStateMachineVersions", "states:ListTagsForResource"],
    change: [
      "states:CreateStateMachine",
      "states:UpdateStateMachine",
      "states:DeleteStateMachine",
      "states:ValidateStateMachineDefinition",
      "states:TagResource",
      "states:UntagResource",
    ],
  },
};
