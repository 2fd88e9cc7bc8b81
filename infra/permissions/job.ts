/** What the scheduled job in AWS needs besides the operator's policy, and what may start it. Pure. */
import { resourceName } from "../names";
import { allow, ANYTHING, type Statement } from "./statement";

/** Name of the CodeBuild project that is the job of a stack. */
export const jobProject = (stack: string): string => resourceName(stack, "job");

/** Names of the roles of the build and of what starts it. */
export function jobRoles(stack: string): { readonly job: string; readonly start: string } {
  const name = jobProject(stack);
  return { job: `${name}-job`, start: `${name}-start` };
}

export interface JobPlace {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly source: string;
  readonly connectionArn: string | undefined;
  /** `s3://bucket[/prefix]`, or another kind of backend, for which the job gets no permission here. */
  readonly backendUrl: string;
  readonly passphraseSecretArn: string | undefined;
  readonly network: object | undefined;
}

/** Logs, the repository, the Pulumi backend and its passphrase, and a network interface where it stands in a network. */
export function jobStatements(job: JobPlace, logGroupArn: string): readonly Statement[] {
  const { connectionArn, passphraseSecretArn } = job;
  const given = (arn: string | undefined): readonly string[] => (arn === undefined ? [] : [arn]);
  return [
    ...allow("WriteLog", ["logs:CreateLogStream", "logs:PutLogEvents"], [`${logGroupArn}:*`]),
    ...allow(
      "UseConnection",
      ["codeconnections:GetConnectionToken", "codeconnections:GetConnection", "codeconnections:UseConnection"],
      given(connectionArn),
    ),
    ...allow("PullRepository", ["codecommit:GitPull"], repository(job)),
    ...allow("ReadPassphrase", ["secretsmanager:GetSecretValue"], given(passphraseSecretArn)),
    ...backendStatements(job),
    ...(job.network === undefined ? [] : networkStatements(job)),
  ];
}

/** Starting the build, and keeping a call that could not. */
export const startStatements = (projectArn: string, queueArn: string): readonly Statement[] => [
  ...allow("Start", ["codebuild:StartBuild"], [projectArn]),
  ...allow("KeepMissedCalls", ["sqs:SendMessage"], [queueArn]),
];

/** The trust of a role that one service may take, on behalf of this account alone. */
export const takenBy = (service: string, accountId: string): object => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: ["sts:AssumeRole"],
      Principal: { Service: service },
      Condition: { StringEquals: { "aws:SourceAccount": accountId } },
    },
  ],
});

function repository({ partition, accountId, source }: JobPlace): readonly string[] {
  const [, region, name] = /^https:\/\/git-codecommit\.([a-z0-9-]+)\.[^/]+\/v1\/repos\/(.+)$/.exec(source) ?? [];
  return region === undefined || name === undefined
    ? []
    : [`arn:${partition}:codecommit:${region}:${accountId}:${name}`];
}

function backendStatements({ partition, backendUrl }: JobPlace): readonly Statement[] {
  const [, bucket, prefix = ""] = /^s3:\/\/([a-z0-9.-]+)(?:\/([^?]*))?/.exec(backendUrl) ?? [];
  if (bucket === undefined) return [];
  const arn = `arn:${partition}:s3:::${bucket}`;
  const below = prefix.replace(/\/$/, "");
  return [
    ...allow("ListBackend", ["s3:ListBucket"], [arn]),
    ...allow(
      "UseBackend",
      ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      [`${arn}/${below === "" ? "" : `${below}/`}*`],
    ),
  ];
}

/** As CodeBuild's documentation gives them: the interface is CodeBuild's own, and cannot be named beforehand. */
function networkStatements({ partition, region, accountId }: JobPlace): readonly Statement[] {
  const seeing = ["DhcpOptions", "NetworkInterfaces", "SecurityGroups", "Subnets", "Vpcs"].map(
    (of) => `ec2:Describe${of}`,
  );
  return [
    ...allow("StandInNetwork", [...seeing, "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"], ANYTHING),
    ...allow(
      "LendInterface",
      ["ec2:CreateNetworkInterfacePermission"],
      [`arn:${partition}:ec2:${region}:${accountId}:network-interface/*`],
      { StringEquals: { "ec2:AuthorizedService": "codebuild.amazonaws.com" } },
    ),
  ];
}
