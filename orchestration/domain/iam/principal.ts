/** Whom IAM knows behind the ARN of a caller: a user, or a role that somebody took. */
export interface Principal {
  readonly kind: "user" | "role";
  readonly name: string;
  /** IAM's own ARN; of a role that was taken without its path, which STS leaves out. */
  readonly arn: string;
}

/** Returns the principal of the ARN that STS gives for a caller. Undefined: the account's root user, or a federated user. */
export function principalOf(caller: string): Principal | undefined {
  const [, partition, service, , account, resource = ""] = caller.split(":");
  const [kind, ...names] = resource.split("/");
  const name = kind === "assumed-role" ? names[0] : names.at(-1);
  if (name === undefined || name === "") return undefined;
  if (service === "sts" && kind === "assumed-role")
    return { kind: "role", name, arn: `arn:${partition ?? "aws"}:iam::${account ?? ""}:role/${name}` };
  return service === "iam" && (kind === "user" || kind === "role") ? { kind, name, arn: caller } : undefined;
}
