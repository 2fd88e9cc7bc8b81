import { AGAIN, RESUME, type ErrorKind } from "./kind";

/** The stack and its updates. */
export const STACK = {
  STACK_NOT_BUILT: {
    disposition: "blocked",
    title: "The stack has not been built",
    remedy: "Build it with `pulumi up`, then run the same command again.",
  },
  GROUP_NOT_FOUND: {
    disposition: "blocked",
    title: "The Auto Scaling group was not found",
    remedy: "Check the account, the region and the stack's outputs (`pulumi stack output`).",
  },
  GROUP_UNREADABLE: {
    disposition: "blocked",
    title: "The Auto Scaling group has no launch template",
    remedy: "Let the group launch from a launch template first: launch configurations cannot be read here.",
  },
  UNEXPECTED_CHANGES: {
    disposition: "blocked",
    title: "The update would change more than the new build",
    remedy: "Apply those changes with `pulumi up` first, or revert them. Then run the same command again.",
  },
  STACK_FILE_UNWRITABLE: {
    disposition: "blocked",
    title: "The stack file cannot be written",
    remedy:
      "Make Pulumi.<stack>.yaml and its folder writable for yourself (`ls -ld` shows owner and mode, `lsattr` whether the file is immutable). Then run the same command again.",
  },
  PROJECT_UNWRITABLE: {
    disposition: "blocked",
    title: "The project's folder cannot be written",
    remedy: "Make the folder writable for yourself, or use another one with --cwd. Then run the same command again.",
  },
  STACK_LOCKED: {
    disposition: "halt",
    title: "Another Pulumi update holds the stack's lock",
    remedy: `Wait for it to end. A lock left by a dead process on this machine is removed automatically. Remove one left on another machine with \`pulumi cancel\`. ${AGAIN}`,
  },
  STACK_UPDATE_FAILED: { disposition: "halt", title: "The Pulumi update failed", remedy: RESUME },
} as const satisfies Record<string, ErrorKind>;
