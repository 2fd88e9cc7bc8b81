import { AGAIN, RESUME, type ErrorKind } from "./kind";

/** What the tool reaches: the Pulumi CLI and its backend, AWS. */
export const ACCESS = {
  ENGINE_MISSING: {
    disposition: "blocked",
    title: "No Pulumi CLI found",
    remedy: "Put `pulumi` on PATH, allow the download, or install Go so that it can be built.",
  },
  NOT_LOGGED_IN: {
    disposition: "blocked",
    title: "Not logged in to a Pulumi backend",
    remedy: "Run `pulumi login`, or set PULUMI_BACKEND_URL (and PULUMI_ACCESS_TOKEN). Then run the same command again.",
  },
  BACKEND_UNREACHABLE: {
    disposition: "halt",
    title: "The Pulumi backend cannot be reached",
    remedy: `Check the address (\`pulumi whoami -v\`, PULUMI_BACKEND_URL), the network, and the access to it. ${AGAIN}`,
  },
  PASSPHRASE_MISSING: {
    disposition: "blocked",
    title: "The passphrase of the stack is not set",
    remedy: "Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE. Then run the same command again.",
  },
  PASSPHRASE_WRONG: {
    disposition: "blocked",
    title: "The passphrase of the stack is wrong",
    remedy: "Correct PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE. Then run the same command again.",
  },
  PLUGIN_MISSING: {
    disposition: "blocked",
    title: "A plugin of the Pulumi CLI is missing",
    remedy: "Install it with `pulumi plugin install`, as the message says. Then run the same command again.",
  },
  ENGINE_FAILED: { disposition: "halt", title: "The Pulumi CLI failed", remedy: RESUME },
  CREDENTIALS_MISSING: {
    disposition: "halt",
    title: "No AWS credentials found",
    remedy: `Set aws:profile in the stack file, or AWS_PROFILE, or log in (\`aws sso login\`). ${AGAIN}`,
  },
  CREDENTIALS_EXPIRED: {
    disposition: "halt",
    title: "The AWS credentials have expired",
    remedy: `Renew them (\`aws sso login\`, or new keys). ${AGAIN}`,
  },
  CREDENTIALS_INVALID: {
    disposition: "halt",
    title: "AWS rejected the credentials",
    remedy: `Check that they are those of this account, and that the clock of this machine is right. ${AGAIN}`,
  },
  AWS_UNREACHABLE: {
    disposition: "halt",
    title: "AWS cannot be reached",
    remedy: `Check the network, DNS, the proxy and the region. ${AGAIN}`,
  },
  AWS_CALL_FAILED: {
    disposition: "halt",
    title: "Calls to AWS kept failing",
    remedy: `AWS throttled them, or failed itself. ${RESUME}`,
  },
  TFE_API_UNAVAILABLE: {
    disposition: "halt",
    title: "The API of Terraform Enterprise does not answer",
    remedy: `\`health\` shows the nodes. Check the load balancer and what is in front of it. ${AGAIN}`,
  },
  TFE_API_REFUSED: {
    disposition: "halt",
    title: "The API of Terraform Enterprise refused a request",
    remedy: `Check the token (tfe:smokeTokenSecretArn) and the workspace (tfe:smokeWorkspace). ${AGAIN}`,
  },
  AWS_REFUSED: {
    disposition: "halt",
    title: "AWS refused a call",
    remedy: `The message says why: a permission, a quota, or a resource that does not exist. ${RESUME}`,
  },
} as const satisfies Record<string, ErrorKind>;
