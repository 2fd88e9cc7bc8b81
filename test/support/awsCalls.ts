import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./root";

/** IAM's prefix of a service, by its SDK package. */
const PREFIXES: Readonly<Record<string, string>> = {
  "auto-scaling": "autoscaling",
  cloudwatch: "cloudwatch",
  ec2: "ec2",
  "elastic-load-balancing-v2": "elasticloadbalancing",
  iam: "iam",
  rds: "rds",
  s3: "s3",
  "secrets-manager": "secretsmanager",
  "service-quotas": "servicequotas",
  sfn: "states",
  sns: "sns",
  ssm: "ssm",
  sts: "sts",
};

/** Where IAM's action is not called as the operation is. */
const RENAMED: Readonly<Record<string, string>> = {
  "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
  "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
  "s3:HeadBucket": "s3:ListBucket",
  "s3:HeadObject": "s3:GetObject",
  "s3:ListObjectsV2": "s3:ListBucket",
};

/** What AWS asks for besides the action itself. */
const BESIDES: Readonly<Record<string, readonly string[]>> = {
  "rds:CreateDBClusterSnapshot": ["rds:AddTagsToResource"],
  "rds:CreateDBSnapshot": ["rds:AddTagsToResource"],
};

/** Anybody may ask who they are. */
const FREE: readonly string[] = ["sts:GetCallerIdentity"];

/** IAM's actions for an operation of a service. */
export function actionsFor(sdkPackage: string, operation: string): readonly string[] {
  const prefix = PREFIXES[sdkPackage];
  if (prefix === undefined)
    throw new Error(`Which prefix do the actions of @aws-sdk/client-${sdkPackage} have in IAM?`);
  const action = `${prefix}:${operation}`;
  return FREE.includes(action) ? [] : [RENAMED[action] ?? action, ...(BESIDES[action] ?? [])];
}

const IMPORT = /import\s+(?:type\s+)?\{([^}]*)\}\s+from\s+"@aws-sdk\/client-([\w-]+)"/g;
const OPERATION = /^(?:paginate(?<paged>[A-Z]\w*)|(?<sent>[A-Z]\w*)Command)$/;

export interface CallSite {
  readonly file: string;
  readonly action: string;
}

/** Every operation of AWS that a file of the product imports in order to call it. */
export function callSites(): readonly CallSite[] {
  return ["infra", "orchestration"].flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .flatMap((name) => sitesIn(join(top, name))),
  );
}

function sitesIn(file: string): readonly CallSite[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  return [...text.matchAll(IMPORT)].flatMap(([, names = "", sdkPackage = ""]) =>
    names.split(",").flatMap((name) => {
      const { paged, sent } = OPERATION.exec(name.trim())?.groups ?? {};
      const operation = paged ?? sent;
      return operation === undefined ? [] : actionsFor(sdkPackage, operation).map((action) => ({ file, action }));
    }),
  );
}
