import { RepaveError } from "../../domain/errors";
import { principalOf, type Principal } from "../../domain/iam/principal";
import { about } from "../../domain/text/words";
import { failed, type Finding, NotSeen, ok, refusedAsUnseen, unchecked } from "../finding";
import type { Row } from "../row";
import type { Seeing } from "../world";

const MINUTE = 60_000;

/** Credentials of the environment are not renewed by themselves: a repave takes longer than this. */
const SOON_MS = 15 * MINUTE;

/** Half of the time that a lease lasts. AWS itself refuses a signature that is five minutes off. */
const MOST_SKEW_MS = 30_000;

/** AWS, and this machine's place in it. */
export const CLOUD_ROWS: readonly Row[] = [
  { id: "region", title: "AWS region", fix: "aws configure set region <region>", look: regionOf },
  { id: "identity", title: "AWS identity", fix: "aws sts get-caller-identity", look: identityOf },
  { id: "permissions", title: "permissions", fix: "aws iam simulate-principal-policy help", look: permissionsOf },
  { id: "clock", title: "clock", fix: "sudo timedatectl set-ntp true", look: clockOf },
];

async function regionOf(world: Seeing): Promise<Finding> {
  const facts = "name" in world.stack ? world.known() : undefined;
  // What is wrong with the name of the region is this row's to say.
  const region = await world.cloud().region();
  const file = facts?.file ?? "Pulumi.<stack>.yaml";
  if (region === undefined) {
    const [named] = facts?.places ?? [];
    return failed("no region is set", `set aws:region: ${named?.region ?? "<region>"} in ${file}`);
  }
  const elsewhere = facts?.places.find((place) => place.region !== region);
  if (elsewhere === undefined) return ok(region);
  return failed(
    `${region}, but ${elsewhere.key} is in ${elsewhere.region}`,
    `set aws:region: ${elsewhere.region} in ${file}`,
  );
}

async function identityOf(world: Seeing): Promise<Finding> {
  const { account, arn, expiresAt, temporary } = await world.identity();
  const { credentials } = world;
  const facts = "name" in world.stack ? world.known() : undefined;
  const left = expiresAt === undefined ? undefined : expiresAt - world.now();
  const time =
    left === undefined
      ? temporary
        ? ", temporary; when they end is not known"
        : ""
      : `, ${about(Math.max(0, left) / 1000)} left`;
  const seen = `account ${account}, ${arn}${time}`;
  const elsewhere = facts?.places.find((place) => place.account !== account);
  if (elsewhere !== undefined)
    return failed(`${seen}; ${elsewhere.key} is in account ${elsewhere.account}`, await credentials.login());
  if (left !== undefined && left < SOON_MS && credentials.fromEnvironment)
    return failed(seen, await credentials.login());
  return ok(seen);
}

async function permissionsOf(world: Seeing): Promise<Finding> {
  const facts = world.known();
  const { arn, account } = await world.who();
  const principal = principalOf(arn);
  if (principal === undefined) throw new NotSeen("IAM simulates users and roles, and these credentials are neither");
  const wanted = facts.wanted(account);
  const cloud = await world.aws();
  const { denied, open } = await cloud
    .simulate(arn, wanted, world.signal)
    .catch(refusedAsUnseen("IAM does not simulate what these credentials may do", facts.name));
  if (denied.length > 0) return failed(`missing: ${denied.join(", ")}`, granting(principal, facts.name));
  if (open.length > 0) {
    const keys = [...new Set(open.flatMap((each) => each.keys))].join(", ");
    return unchecked(`${open.map(({ action }) => action).join(", ")}: depends on ${keys}`);
  }
  const count = new Set(wanted.flatMap(({ actions }) => actions)).size;
  const besides = facts.nodeRole === undefined ? "; iam:PassRole not checked: tfe:instanceRoleArn is not set" : "";
  return ok(`all ${count} actions of the operator's policy are allowed (simulated)${besides}`);
}

/** An inline policy of a user is shorter than this one. A role of IAM Identity Center is changed in its permission set alone. */
function granting({ kind, name }: Principal, stack: string): string {
  const policy = `npm run iam-policy --silent -- --stack ${stack}`;
  const [, permissionSet] = /^AWSReservedSSO_(.+)_[0-9a-f]+$/.exec(name) ?? [];
  if (permissionSet !== undefined) return `add what \`${policy}\` prints to the permission set ${permissionSet}`;
  if (kind === "role")
    return `aws iam put-role-policy --role-name ${name} --policy-name tfe-repave --policy-document "$(${policy})"`;
  const made = `aws iam create-policy --policy-name tfe-repave-${stack} --policy-document "$(${policy})"`;
  return `aws iam attach-user-policy --user-name ${name} --policy-arn "$(${made} --query Policy.Arn --output text)"`;
}

async function clockOf(world: Seeing): Promise<Finding> {
  const cloud = await world.aws();
  const ms = await cloud.skewMs(world.signal).catch((thrown: unknown) => {
    throw thrown instanceof RepaveError ? new NotSeen(`AWS could not be asked for the time: ${thrown.detail}`) : thrown;
  });
  const off = Math.round(Math.abs(ms) / 1000);
  if (off * 1000 <= MOST_SKEW_MS) return ok(off <= 1 ? "same as AWS" : `${off} s from AWS`);
  const fix = world.machine.platform === "darwin" ? "sudo sntp -sS time.apple.com" : "sudo timedatectl set-ntp true";
  return failed(`${about(off)} ${ms > 0 ? "ahead of" : "behind"} AWS`, fix);
}
