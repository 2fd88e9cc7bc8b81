import type { Handover } from "../../adapters/aws/handover/secret";
import type { Written } from "../../dialects/keepSettings";
import { RepaveError } from "../../domain/errors";
import type { Clock } from "../../ports/clock";

export interface HandingOver {
  readonly handover: Handover;
  /** Has a node write its secret settings. */
  readonly write: (secretArn: string) => Promise<Written>;
  readonly clock: Pick<Clock, "sleep">;
  readonly instanceId: string;
  /** The command that is given again once the role may write. */
  readonly again: string;
}

/** A policy that has just been written takes some seconds to count. */
const [TRIES, PAUSE_MS] = [4, 5_000];

/**
 * Makes the secret, lets the nodes' role write it, has a node do so, and takes the permission away again, whatever came of it. Resolves to
 * the secret's ARN. Throws `MOVE_SECRET_REFUSED`.
 */
export async function handSecretsOver({ handover, write, clock, instanceId, again }: HandingOver): Promise<string> {
  const secretArn = await handover.prepare();
  const role = await handover.role();
  await handover.allow(secretArn, role, "write");
  try {
    let result = await write(secretArn);
    for (let tries = 1; "refused" in result && tries < TRIES; tries += 1) {
      await clock.sleep(PAUSE_MS);
      result = await write(secretArn);
    }
    if ("kept" in result) return secretArn;
    throw new RepaveError("MOVE_SECRET_REFUSED", `${instanceId}: ${result.refused} (${secretArn})`, {
      next: permitting(role, secretArn, again),
    });
  } finally {
    await handover.allow(secretArn, role, "read");
  }
}

/** The commands that let the role write the secret, where its own policy or a boundary is in the way, and that end it. */
function permitting(role: string, secretArn: string, again: string): string {
  const name = role.split("/").at(-1) ?? "";
  const actions = ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"];
  const policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: secretArn }] };
  return [
    `Permit it: aws iam put-role-policy --role-name ${name} --policy-name tfe-repave-move --policy-document '${JSON.stringify(policy)}'`,
    `Then: ${again}`,
    `Afterwards: aws iam delete-role-policy --role-name ${name} --policy-name tfe-repave-move`,
  ].join(". ");
}
