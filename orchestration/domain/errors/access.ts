import { AGAIN, RESUME, type ErrorKind } from "./kind";

/** What the tool reaches: the Pulumi CLI, AWS. */
export const ACCESS = {
  ENGINE_MISSING: {
    disposition: "blocked",
    title: "No Pulumi CLI found",
    remedy: "Put `pulumi` on PATH, allow the download, or install Go so that it can be built.",
  },
  CREDENTIALS_INVALID: { disposition: "halt", title: "AWS rejected the credentials", remedy: `Renew them. ${AGAIN}` },
  AWS_CALL_FAILED: {
    disposition: "halt",
    title: "Calls to AWS kept failing",
    remedy: `AWS throttled them, failed, or could not be reached. ${RESUME}`,
  },
  AWS_REFUSED: {
    disposition: "halt",
    title: "AWS refused a call",
    remedy: `The message says why: a permission, a quota, or a resource that does not exist. ${RESUME}`,
  },
} as const satisfies Record<string, ErrorKind>;
