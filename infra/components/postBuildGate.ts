import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type * as aws from "@pulumi/aws";
import { CHILD_VARIABLES } from "../childVariables";
import { FLEET_ENV, ORCHESTRATOR, STACK_ENV } from "../contract";
import { CLOCK_ENV } from "../runs/clockScale";

/** What the gate needs of the engine's environment, which also holds the passphrase and tokens of Pulumi. */
const NEEDED = (["person", "network", "ssh", "awsPlace", "awsCredentials"] as const)
  .flatMap((list): readonly string[] => CHILD_VARIABLES[list])
  .filter((name) => !name.endsWith("*"))
  .concat("LC_ALL", STACK_ENV, FLEET_ENV, CLOCK_ENV, "TFE_REPAVE_LAB_DIR");

/** For `env` in a POSIX shell: each variable that is set, as one word, whatever its value. */
const words = NEEDED.map((name) => `\${${name}+"${name}=$${name}"}`);

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
        create: `exec env -i ${words.join(" ")} npx --no-install tsx ${ORCHESTRATOR.entry} ${ORCHESTRATOR.health}`,
        dir: args.projectRoot,
        environment: { [STACK_ENV]: args.stack, [FLEET_ENV]: args.facts },
        triggers: [args.group.arn],
      },
      { parent: this, dependsOn: [args.group], ignoreChanges: ["create", "dir", "environment"] },
    );
    this.registerOutputs();
  }
}
