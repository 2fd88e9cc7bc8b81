import { heading, type Job, jobWords, type RenderedJob } from "./job";

export interface GithubPlace {
  /** Role that the workflow assumes through GitHub's OIDC provider. */
  readonly roleArn: string;
  /** Label of the runner; it must reach the application. */
  readonly runsOn: string;
}

/** GitHub ends a job after 360 minutes; the run is asked to stop at a safe point before. */
export const GITHUB_MINUTES = 350;
const STOP_AFTER = 330;

/** Actions by commit: a tag can be moved. */
const CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1";
const SETUP_NODE = "actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0";
const CREDENTIALS = "aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3";

/** A workflow with OIDC, which commits the stack file that a run has changed. */
export function githubJob(job: Job, { roleArn, runsOn }: GithubPlace): RenderedJob {
  const { stack } = job;
  const file = `Pulumi.${stack}.yaml`;
  const expression = (inner: string): string => `\${{ ${inner} }}`;
  const lines = [
    ...heading(job, "github", `--role ${roleArn} --runs-on ${runsOn}`),
    `name: patch ${stack}`,
    "on:",
    "  schedule:",
    `    - cron: "${job.cron.text}"`,
    // Without it GitHub takes the calendar for UTC.
    ...(job.zone === "UTC" ? [] : [`      timezone: "${job.zone}"`]),
    "  workflow_dispatch:",
    "permissions: {}",
    "concurrency:",
    `  group: tfe-repave-${stack}`,
    "  cancel-in-progress: false",
    "jobs:",
    "  patch:",
    `    runs-on: ${runsOn}`,
    `    timeout-minutes: ${GITHUB_MINUTES}`,
    "    permissions:",
    `      contents: write # to commit ${file}`,
    "      id-token: write # to assume the role",
    "    steps:",
    `      - uses: ${CHECKOUT}`,
    "        with:",
    "          persist-credentials: false",
    `      - uses: ${SETUP_NODE}`,
    "        with:",
    '          node-version: "22"',
    "      - run: npm ci --no-audit --no-fund",
    `      - uses: ${CREDENTIALS}`,
    "        with:",
    `          role-to-assume: ${roleArn}`,
    `          aws-region: ${job.region}`,
    "          # As long as the job; the role must allow sessions of six hours.",
    "          role-duration-seconds: 21600",
    "      - name: patch",
    "        env:",
    `          PULUMI_BACKEND_URL: ${expression("secrets.PULUMI_BACKEND_URL")}`,
    `          PULUMI_ACCESS_TOKEN: ${expression("secrets.PULUMI_ACCESS_TOKEN")}`,
    `          PULUMI_CONFIG_PASSPHRASE: ${expression("secrets.PULUMI_CONFIG_PASSPHRASE")}`,
    `          TFE_REPAVE_SLACK_WEBHOOK_URL: ${expression("secrets.TFE_REPAVE_SLACK_WEBHOOK_URL")}`,
    `          TFE_REPAVE_WEBHOOK_SECRET: ${expression("secrets.TFE_REPAVE_WEBHOOK_SECRET")}`,
    "        run: >-",
    `          timeout --foreground --signal=INT --kill-after=15m --preserve-status ${STOP_AFTER}m`,
    `          node ${jobWords(job)}`,
    "      - name: commit the stack file",
    "        if: always()",
    "        env:",
    `          GITHUB_TOKEN: ${expression("github.token")}`,
    "        run: |",
    ...pushBack(stack).map((line) => `          ${line}`.trimEnd()),
    "",
  ];
  return {
    files: [{ path: `.github/workflows/tfe-repave-${stack}.yml`, text: lines.join("\n") }],
    next: [
      "commit and push the workflow; it runs from the default branch",
      `${roleArn} must trust this repository through GitHub's OIDC provider, and needs the operator's policy: npm run iam-policy --silent -- --stack ${stack}`,
      "set the secrets PULUMI_BACKEND_URL or PULUMI_ACCESS_TOKEN, and PULUMI_CONFIG_PASSPHRASE if the backend uses one",
      `a job lasts ${GITHUB_MINUTES} minutes at most: a longer run is stopped at a safe point, and the next call resumes it`,
    ],
  };
}

/** The commands that commit the stack file and push it, with what others pushed meanwhile beneath. */
export function pushBack(stack: string): readonly string[] {
  const file = `Pulumi.${stack}.yaml`;
  return [
    "set -eu",
    `git diff --quiet -- ${file} && exit 0`,
    'git config user.name "tfe-repave"',
    'git config user.email "tfe-repave@users.noreply.github.com"',
    // The token stands in no argument and in no file.
    `git config credential.helper '!f() { echo username=x-access-token; echo "password=$GITHUB_TOKEN"; }; f'`,
    `git commit --quiet --message "Record what a run made of ${stack}" -- ${file}`,
    "# Nothing is lost if the push fails: the next run takes the values from the run store.",
    "for attempt in 1 2 3; do",
    "  git push --quiet origin HEAD && exit 0",
    "  git pull --quiet --rebase origin HEAD",
    "done",
    "exit 1",
  ];
}
