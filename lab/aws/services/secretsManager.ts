import { AwsError, type RegionApi } from "../../region/api";
import { hex } from "../../region/random";
import { required, text, type Params } from "../params";
import type { Operation, Service } from "../service";

const GetSecretValue: Operation = (region, params) => {
  const [arn, value] = secret(region, params);
  if (value === "") throw new AwsError("ResourceNotFoundException", NO_VALUE);
  return { ARN: arn, Name: nameOf(arn), SecretString: value, VersionId: VERSION, VersionStages: ["AWSCURRENT"] };
};

const DescribeSecret: Operation = (region, params) => {
  const [arn] = secret(region, params);
  return { ARN: arn, Name: nameOf(arn), VersionIdsToStages: { [VERSION]: ["AWSCURRENT"] } };
};

/** A secret may be made without a value: somebody else gives it one. */
const CreateSecret: Operation = (region, params) => {
  const { state } = region;
  const name = required(params, "Name");
  if (Object.keys(state.secrets).some((key) => nameOf(key) === name))
    throw new AwsError("ResourceExistsException", `The operation failed because the secret ${name} already exists.`);
  const suffix = hex(state, 6);
  const arn = `arn:aws:secretsmanager:${state.region}:${state.accountId}:secret:${name}-${suffix}`;
  state.secrets[arn] = text(params, "SecretString") ?? "";
  return { ARN: arn, Name: name };
};

const PutResourcePolicy: Operation = (region, params) => {
  const [arn] = secret(region, params);
  (region.state.secretPolicies ??= {})[arn] = required(params, "ResourcePolicy");
  return { ARN: arn, Name: nameOf(arn) };
};

const NO_VALUE = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";

export const secretsManager: Service = {
  protocol: "json",
  namespace: "secretsmanager",
  version: "2017-10-17",
  unknownOperation: { code: "InvalidAction", status: 400 },
  operations: { GetSecretValue, DescribeSecret, CreateSecret, PutResourcePolicy },
};

const VERSION = "00000000-0000-4000-8000-000000000001";

/** By ARN or by name; a secret's ARN ends in its name and six random characters. */
function secret(region: RegionApi, params: Params): readonly [arn: string, value: string] {
  const id = required(params, "SecretId");
  const found = Object.entries(region.state.secrets).find(([key]) => key === id || nameOf(key) === id);
  if (!found) throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
  return found;
}

const nameOf = (key: string): string =>
  key.startsWith("arn:")
    ? key
        .split(":")
        .slice(6)
        .join(":")
        .replace(/-[A-Za-z0-9]{6}$/, "")
    : key;
