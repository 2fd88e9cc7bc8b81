import type { Entry } from "./stackFile";

/** What the operator said of a stack that is to be built from nothing; undefined: left open. */
export interface Answers {
  readonly hostname?: string | undefined;
  readonly region?: string | undefined;
  readonly services?: "existing" | "build" | undefined;
  /** For `services: build`. */
  readonly zones?: readonly string[] | undefined;
  /** For existing services. */
  readonly vpcId?: string | undefined;
  readonly nodeSubnetIds?: readonly string[] | undefined;
}

const GIVEN = "As you answered.";

const entry = (key: Entry["key"], value: Entry["value"], question: string, example: string, given = GIVEN): Entry =>
  value === undefined ? { key, comment: question, example } : { key, value, comment: given };

const open = (key: Entry["key"], comment: string, example: string): Entry => ({ key, comment, example });

const secret = (name: string): string => `arn:aws:secretsmanager:REGION:ACCOUNT:secret:tfe/${name}-AbCdEf`;

/** Every key that a stack from nothing needs, answered or as a question. */
export function freshEntries(answers: Answers): readonly Entry[] {
  const { services = "existing" } = answers;
  return [
    entry("aws:region", answers.region, "In which region do the nodes run?", "eu-central-1"),
    entry("hostname", answers.hostname, "Under which name do users open the application?", "tfe.example.com"),
    open(
      "imageTag",
      "Which release do new nodes run? `npm run releases` lists them. For nodes on Replicated, set tfe:releaseSequence instead.",
      "1.2.2",
    ),
    open(
      "image",
      "Which base image (AMI) do new nodes start from? Ubuntu, Debian, Red Hat or Amazon Linux; one with aws, curl and jq shortens the outage.",
      "ami-0123456789abcdef0",
    ),
    {
      key: "services",
      value: services,
      comment:
        services === "build"
          ? "The stack builds network, database, Redis, bucket and settings, and protects them from deletion."
          : "Network, database, Redis, bucket and settings are there already; `build` lets the stack create them.",
    },
    ...(services === "build" ? toBuild(answers) : toName(answers)),
    open(
      "certificateArn",
      "Which certificate in Certificate Manager does the load balancer's listener have?",
      "arn:aws:acm:REGION:ACCOUNT:certificate/…",
    ),
    open("allowedCidrs", "Which networks may open the application? Without this key: none.", "[10.0.0.0/8]"),
    open(
      "licenseSecretArn",
      "Which secret has the licence: its text for nodes with a container, the file in base64 for Replicated?",
      secret("license"),
    ),
    open(
      "tlsCertificateSecretArn",
      "Which secret has the certificate chain of the nodes (PEM)?",
      secret("tls-certificate"),
    ),
    open("tlsKeySecretArn", "Which secret has the key of that certificate (PEM)?", secret("tls-key")),
  ];
}

const toBuild = ({ zones }: Answers): readonly Entry[] => [
  entry(
    "zones",
    zones,
    "In which two or three availability zones?",
    "[eu-central-1a, eu-central-1b]",
    zones && `${GIVEN} Two or three.`,
  ),
];

const toName = ({ vpcId, nodeSubnetIds }: Answers): readonly Entry[] => [
  entry("vpcId", vpcId, "In which VPC?", "vpc-0123456789abcdef0"),
  entry(
    "nodeSubnetIds",
    nodeSubnetIds,
    "In which subnets do the nodes run?",
    "[subnet-0123456789abcdef0, subnet-0123456789abcdef1]",
  ),
  open(
    "settingsSecretArn",
    "Which secret has the settings of the application as JSON: database, Redis, encryption password?",
    secret("settings"),
  ),
  open("bucket", "Which bucket has the application's objects? The nodes get access to it.", "example-tfe-objects"),
  open("databaseId", "Which RDS instance or Aurora cluster is the application's database?", "example-tfe"),
];
