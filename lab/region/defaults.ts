import type { RegionState, Timings, Verdict } from "./model";

const REGION = "eu-west-1";
const ACCOUNT = "123456789012";

function secretArn(name: string): string {
  return `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}`;
}

/** What a new region holds, for the lab's own stack and for tests. */
export const DEFAULTS = {
  region: REGION,
  accountId: ACCOUNT,
  vpcId: "vpc-0ab1c2d3e4f506172",
  subnetIds: ["subnet-0a1b2c3d4e5f60718", "subnet-0b2c3d4e5f6071829"],
  images: { older: "ami-0aaa1111bbb22222c", newest: "ami-0aaa3333bbb44444c" },
  /** SSM parameter that names the newest base image. */
  imageParameter: "/lab/base-image/latest",
  secrets: {
    settings: secretArn("tfe-lab/settings-A1b2C3"),
    /** Of nodes that run a container: those of its variables that are secret. */
    variables: secretArn("tfe-lab/variables-M4n5O6"),
    license: secretArn("tfe-lab/license-D4e5F6"),
    tlsCertificate: secretArn("tfe-lab/tls-certificate-G7h8I9"),
    tlsKey: secretArn("tfe-lab/tls-key-J1k2L3"),
    /** A token of the application, for smoke runs. */
    smokeToken: secretArn("tfe-lab/smoke-token-P7q8R9"),
  },
  hosts: { database: "tfe-lab.lab.internal:5432", redis: "redis.lab.internal" },
  certificateArn: `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/7d1b0c52-1f5e-4b8e-9a53-0c6d2f0e9b11`,
  topicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:tfe-lab`,
  databaseId: "tfe-lab",
  bucket: "tfe-lab-data",
  /** Nothing of the application's: for runs that several operators share. */
  runsBucket: "tfe-lab-runs",
  hostname: "tfe.lab.example",
  /** `organization/workspace` of the application that smoke runs are made in. */
  smokeWorkspace: "lab/smoke",
  /** Start of a lab whose caller gives no time. */
  now: Date.UTC(2026, 0, 5, 8),
} as const;

const SECOND = 1000;

export const DEFAULT_TIMINGS: Timings = {
  boot: 45 * SECOND,
  install: 210 * SECOND,
  migrate: 60 * SECOND,
  start: 45 * SECOND,
  stop: 20 * SECOND,
  terminate: 40 * SECOND,
  jobEvery: 20 * SECOND,
  jobDuration: [60 * SECOND, 240 * SECOND],
  snapshot: 120 * SECOND,
};

/** The same simulation on a smaller scale, or a larger one: a node is built in this time (ms), and all else keeps its proportion. */
export function timingsOfBuild(build: number): Timings {
  const { boot, install, migrate, start } = DEFAULT_TIMINGS;
  const scale = (ms: number): number => Math.max(1, Math.round((ms * build) / (boot + install + migrate + start)));
  const [shortest, longest] = DEFAULT_TIMINGS.jobDuration;
  return {
    boot: scale(boot),
    install: scale(install),
    migrate: scale(migrate),
    start: scale(start),
    stop: scale(DEFAULT_TIMINGS.stop),
    terminate: scale(DEFAULT_TIMINGS.terminate),
    jobEvery: scale(DEFAULT_TIMINGS.jobEvery),
    jobDuration: [scale(shortest), scale(longest)],
    snapshot: scale(DEFAULT_TIMINGS.snapshot),
  };
}

/** Of nodes that run a container: those of its variables that are secret. */
export const SECRET_VARIABLES = {
  TFE_ENCRYPTION_PASSWORD: "lab-encryption-password",
  TFE_DATABASE_PASSWORD: "lab-database-password",
  TFE_REDIS_PASSWORD: "lab-redis-password",
};

/** Settings of the application, by the names of an installer's, without the name of the installation, which the stack knows. */
export const SETTINGS: Readonly<Record<string, string>> = {
  enable_active_active: "1",
  installation_type: "production",
  production_type: "external",
  enc_password: SECRET_VARIABLES.TFE_ENCRYPTION_PASSWORD,
  pg_netloc: DEFAULTS.hosts.database,
  pg_dbname: "tfe",
  pg_user: "tfe",
  pg_password: SECRET_VARIABLES.TFE_DATABASE_PASSWORD,
  redis_host: DEFAULTS.hosts.redis,
  redis_port: "6379",
  redis_use_password_auth: "1",
  redis_pass: SECRET_VARIABLES.TFE_REDIS_PASSWORD,
  placement: "placement_s3",
  s3_bucket: DEFAULTS.bucket,
  s3_region: REGION,
  aws_instance_profile: "1",
};

function image(id: string, date: string) {
  return {
    id,
    name: `lab-base-${date}`,
    ownerId: ACCOUNT,
    architecture: "x86_64",
    createdAt: Date.parse(date),
  } as const;
}

/** What the witness says that has seen nothing. */
export const emptyVerdict = (): Verdict => ({
  overlapSeconds: 0,
  lostJobs: 0,
  killedWhileBooting: 0,
  unansweredSeconds: 0,
  jobsFinished: 0,
  startedEarly: 0,
  secretsShown: 0,
  violations: [],
  interference: [],
});

/** A region in which nothing has been built yet: images, secrets, a database and a bucket are there. */
export function newRegionState(options: { seed: number; now: number; timings: Partial<Timings> }): RegionState {
  const timings = { ...DEFAULT_TIMINGS, ...options.timings };
  const settings = Object.fromEntries(Object.entries(SETTINGS).map(([key, value]) => [key, { value }]));
  return {
    schema: 3,
    region: REGION,
    accountId: ACCOUNT,
    now: options.now,
    random: options.seed >>> 0,
    nextId: 1,
    timings,
    launchTemplates: [],
    groups: [],
    instances: [],
    targetGroups: [],
    loadBalancers: [],
    listeners: [],
    images: [image(DEFAULTS.images.older, "2025-11-03"), image(DEFAULTS.images.newest, "2025-12-15")],
    parameters: { [DEFAULTS.imageParameter]: DEFAULTS.images.newest },
    secrets: {
      [DEFAULTS.secrets.settings]: JSON.stringify(settings),
      [DEFAULTS.secrets.variables]: JSON.stringify(SECRET_VARIABLES),
      [DEFAULTS.secrets.license]: "lab licence, expires 2031-01-01T00:00:00Z",
      [DEFAULTS.secrets.tlsCertificate]: "-----BEGIN CERTIFICATE-----\nlab\n-----END CERTIFICATE-----\n",
      [DEFAULTS.secrets.tlsKey]: "-----BEGIN PRIVATE KEY-----\nlab\n-----END PRIVATE KEY-----\n",
      [DEFAULTS.secrets.smokeToken]: "lab-smoke-token.atlasv1.4c44d964eba74dd5ad291ece7b99e8da",
    },
    dbInstances: [{ id: DEFAULTS.databaseId, engineVersion: "14.15", backupRetentionPeriod: 7 }],
    dbSnapshots: [],
    database: { schemaRelease: undefined, started: [], migrationLock: undefined },
    jobs: [],
    nextJobAt: options.now + timings.jobEvery,
    execs: [],
    ssmCommands: [],
    buckets: { [DEFAULTS.bucket]: {}, [DEFAULTS.runsBucket]: {} },
    inert: {},
    verdict: emptyVerdict(),
    faults: [],
    witness: { overlapSince: undefined, answered: false },
  };
}
