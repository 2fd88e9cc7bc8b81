import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type * as aws from "@pulumi/aws";
import { CHILD_VARIABLES } from "../childVariables";
import { BIN_ENV, FLEET_ENV, ORCHESTRATOR, STACK_ENV } from "../contract";
import { CLOCK_ENV } from "../runs/clockScale";

/** What the gate needs of the engine's environment, which also holds the passphrase and tokens of Pulumi. */
const NEEDED = (["person", "network", "ssh", "awsPlace", "awsCredentials"] as const)
  .flatMap((list): readonly string[] => CHILD_VARIABLES[list])
  .filter((name) => !name.endsWith("*"))
  .concat("LC_ALL", STACK_ENV, FLEET_ENV, CLOCK_ENV, "TFE_REPAVE_LAB_DIR");

/** For `env` in a POSIX shell: each variable that is set, as one word, whatever its value. */
const words = NEEDED.map((name) => `\${${name}+"${name}=$${name}"}`);

/** The tool of a clone; else the one that runs this update; else, for `pulumi up`, the one that the project has installed. */
function healthCommand(): string {
  const run = `exec env -i ${words.join(" ")}`;
  const health = ORCHESTRATOR.health;
  return [
    `if [ -f ${ORCHESTRATOR.entry} ]; then ${run} npx --no-install tsx ${ORCHESTRATOR.entry} ${health}`,
    `elif [ -n "\${${BIN_ENV}-}" ]; then ${run} node "$${BIN_ENV}" ${health}`,
    `else ${run} npx --no-install tfe-repave ${health}; fi`,
  ].join("; ");
}

export interface PostBuildGateArgs {
  readonly stack: string;
  /** Folder of package.json and Pulumi.yaml. */
  readonly projectRoot: string;
  readonly group: aws.autoscaling.Group;
  /** JSON of the fleet's facts, which the stack's outputs do not hold yet. */
  readonly facts: pulumi.Input<string>;
}

/**
 * Makes the first `pulumi up` of a stack wait for its nodes: it is green only when they are healthy. Later updates do not run
 * it, since the orchestrator has its own gate: only another group triggers it, and neither another clone's path nor a staged
 * build is a change.
 */
export class PostBuildGate extends pulumi.ComponentResource {
  constructor(name: string, args: PostBuildGateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tfe:infra:PostBuildGate", name, {}, opts);
    new command.local.Command(
      name,
      {
        create: healthCommand(),
        dir: args.projectRoot,
        environment: { [STACK_ENV]: args.stack, [FLEET_ENV]: args.facts },
        triggers: [args.group.arn],
      },
      { parent: this, dependsOn: [args.group], ignoreChanges: ["create", "dir", "environment"] },
    );
    this.registerOutputs();
  }
}
