import { randomBytes } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { derive } from "../../refusal";

export interface CredentialsArgs {
  readonly name: string;
  readonly kmsKeyArn?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

const Generated = z.object({
  databasePassword: z.string(),
  cacheToken: z.string(),
  /** Never to change: with another one nothing that the application has encrypted can be read. */
  encryptionPassword: z.string(),
});

type Generated = z.infer<typeof Generated>;

/** Letters and digits only: RDS and ElastiCache forbid different other characters. */
const word = (): string => randomBytes(32).toString("hex");

/**
 * Passwords made once, at the first build. The program makes new ones each time it runs, and the engine ignores them: what is
 * in the state stays, and everything else is given what is in the state. See docs/decisions/ on why not otherwise.
 */
export class Credentials extends pulumi.ComponentResource {
  readonly values: { readonly [K in keyof Generated]: pulumi.Output<string> };

  constructor(name: string, args: CredentialsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tfe:infra:Credentials", name, {}, opts);
    const secret = new aws.secretsmanager.Secret(
      "credentials",
      {
        name: `${args.name}/credentials`,
        description: "Passwords that Terraform Enterprise was built with",
        recoveryWindowInDays: 30,
        ...(args.kmsKeyArn === undefined ? {} : { kmsKeyId: args.kmsKeyArn }),
        tags: args.tags,
      },
      { parent: this, protect: true, retainOnDelete: true },
    );
    const made: Generated = { databasePassword: word(), cacheToken: word(), encryptionPassword: word() };
    const version = new aws.secretsmanager.SecretVersion(
      "credentials",
      { secretId: secret.id, secretString: pulumi.secret(JSON.stringify(made)) },
      { parent: this, protect: true, retainOnDelete: true, ignoreChanges: ["secretString"] },
    );
    const kept = derive(pulumi.secret(version.secretString), (text) => Generated.parse(JSON.parse(text ?? "{}")));
    this.values = {
      databasePassword: kept.databasePassword,
      cacheToken: kept.cacheToken,
      encryptionPassword: kept.encryptionPassword,
    };
    this.registerOutputs();
  }
}
