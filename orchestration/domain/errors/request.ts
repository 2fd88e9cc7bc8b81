import type { ErrorKind } from "./kind";

/** What the operator asked for, or wrote in a file. */
export const REQUEST = {
  USAGE: { disposition: "usage", title: "The command line is not valid", remedy: "See --help." },
  RELEASE_UNKNOWN: {
    disposition: "usage",
    title: "Unknown release",
    remedy: "Use the name (v202207-2) or the number (642) of a release. `npm run releases` lists them.",
  },
  STACK_UNKNOWN: {
    disposition: "usage",
    title: "Unknown stack",
    remedy: "Use --stack. `--stack lab` needs no account.",
  },
  STACK_CONFIG_INVALID: {
    disposition: "usage",
    title: "The stack's configuration is not valid",
    remedy: "Correct Pulumi.<stack>.yaml. Pulumi.example.yaml explains every key.",
  },
  CONFIG_ENCRYPTED: {
    disposition: "usage",
    title: "The stack file has encrypted values that must be readable",
    remedy:
      "No key of this project holds a secret. Set them without --secret (`pulumi config set KEY VALUE --plaintext`), and keep secrets in Secrets Manager.",
  },
  CONFIG_ENVIRONMENT: {
    disposition: "usage",
    title: "The stack takes its configuration from Pulumi ESC",
    remedy:
      "Move the values into `config:` and remove `environment:`. For credentials, run both `pulumi` and this command under `pulumi env run <environment> -- …`, or set aws:profile.",
  },
  REGION_UNKNOWN: {
    disposition: "usage",
    title: "Unknown AWS region",
    remedy:
      "Correct it in Pulumi.<stack>.yaml or in the environment. For a region that is newer than this version, set aws:skipRegionValidation: true.",
  },
  STACK_OTHER_PROJECT: {
    disposition: "usage",
    title: "The stack belongs to another project",
    remedy: "Name a stack of this project: production, organisation/production or organisation/tfe/production.",
  },
  PATH_ILLEGAL: {
    disposition: "blocked",
    title: "The fleet cannot be upgraded to this release",
    remedy: "Choose another target. Terraform Enterprise cannot be downgraded, only restored from a backup.",
  },
  ADOPTION_IMPOSSIBLE: {
    disposition: "blocked",
    title: "The fleet cannot move between the two groups",
    remedy: "Read docs/adopt.md: it says what an adoption needs.",
  },
  LAB_VARIABLES_SET: {
    disposition: "blocked",
    title: "The environment is the lab's, and the stack is not",
    remedy: "Unset the variables named, or use a new shell. Then run the same command again.",
  },
  ROLLOUT_INVALID: {
    disposition: "usage",
    title: "The rollout is not valid",
    remedy: "Correct the file. docs/rollout.md explains every key.",
  },
  ROLLOUT_CHANGED: {
    disposition: "blocked",
    title: "The file of an unfinished rollout has changed",
    remedy: "Restore the file, or end the rollout with `npm run rollout -- abort FILE` and begin a new one.",
  },
  ROLLOUT_RUNNING: {
    disposition: "blocked",
    title: "Another process carries out this rollout",
    remedy: "Wait for its end (`npm run rollout -- status FILE`), or stop it with `npm run rollout -- abort FILE`.",
  },
  ROLLOUT_UNREADABLE: {
    disposition: "blocked",
    title: "The journal of the rollout cannot be read or written",
    remedy: "Correct what the message names. Every stack has a journal of its own, which this one does not change.",
  },
  ROLLOUT_NOT_BUILT: {
    disposition: "blocked",
    title: "AWS cannot carry this rollout out",
    remedy:
      "Set what the message names, and run `pulumi up` on these stacks. docs/rollout.md says what a rollout on AWS needs.",
  },
  PLAN_FILE_INVALID: {
    disposition: "usage",
    title: "This is not a plan that can be run",
    remedy: "Make it with `npm run plan -- --release … --out FILE`, and run it with `npm run upgrade -- FILE`.",
  },
  PLAN_OUTDATED: {
    disposition: "blocked",
    title: "The world is not the one that the plan was made from",
    remedy: "Make the plan again, read it, and run that one.",
  },
  IMAGE_UNRESOLVED: {
    disposition: "blocked",
    title: "The base image could not be determined",
    remedy: "Correct imageParameter (or imageOwner and imageName) in the stack file, or pass --image.",
  },
  IMAGE_NOT_VOUCHED: {
    disposition: "blocked",
    title: "Only the run store names this image",
    remedy:
      "Find out who wrote it there. If the image is right, run the same command at a terminal and confirm the image.",
  },
  CONFIRMATION_NEEDED: {
    disposition: "blocked",
    title: "Cannot ask for confirmation",
    remedy: "Pass --yes to start without asking.",
  },
  SETTING_NEEDS_REPAVE: {
    disposition: "blocked",
    title: "A running node does not take a change of its settings",
    remedy:
      "Change it where the message says. Then build the nodes anew: `upgrade --release` with the release that the fleet runs.",
  },
  SETTING_UNKNOWN: { disposition: "usage", title: "Unknown setting", remedy: "`app-config get` lists the settings." },
} as const satisfies Record<string, ErrorKind>;
