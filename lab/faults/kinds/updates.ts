import type { Entry } from "../entry";

const GROUP = "aws:autoscaling/group:Group";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";

/** Faults of the Pulumi provider. */
export const UPDATE_FAULTS = {
  "pulumi-create-fails": {
    does: "The Pulumi provider refuses to create the launch template, once.",
    standsFor: "an update that fails at its first resource",
    when: "now",
    for: "ever",
    times: 1,
    effect: () => ({ kind: "updates-refused", verb: "create", type: TEMPLATE, applied: false }),
  },
  "pulumi-update-fails": {
    does: "The Pulumi provider refuses an update of the group, once, and changes nothing.",
    standsFor: "an update that fails in the middle of the run",
    when: "now",
    for: "ever",
    times: 1,
    effect: () => ({ kind: "updates-refused", verb: "update", type: GROUP, applied: false }),
  },
  "pulumi-lost-update": {
    does: "The Pulumi provider carries out an update of the group but returns an error, once.",
    standsFor: "an update that is reported as failed although it was applied",
    when: "now",
    for: "ever",
    times: 1,
    effect: () => ({ kind: "updates-refused", verb: "update", type: GROUP, applied: true }),
  },
} as const satisfies Readonly<Record<string, Entry>>;
