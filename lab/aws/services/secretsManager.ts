import { AwsError, type RegionApi } from "../../region/api";
import { required, type Params } from "../params";
import type { Operation, Service } from "../service";

const GetSecretValue: Operation = (region, params) => {
  const [arn, value] = secret(region, params);
  return { ARN: arn, Name: nameOf(arn), SecretString: value, VersionId: VERSION, VersionStages: ["AWSCURRENT"] };
};

const DescribeSecret: Operation = (region, params) => {
  const [arn] = secret(region, params);
  return { ARN: arn, Name: nameOf(arn), VersionIdsToStages: { [VERSION]: ["AWSCURRENT"] } };
};

export const secretsManager: Service = {
  protocol: "json",
  namespace: "secretsmanager",
  version: "2017-10-17",
  unknownOperation: { code: "InvalidAction", status: 400 },
  operations: { GetSecretValue, DescribeSecret },
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
