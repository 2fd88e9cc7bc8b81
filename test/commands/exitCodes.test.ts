import { EXIT_CODES, exitCodeOf } from "../../orchestration/commands/parts/exitCodes";
import { ERRORS, type ErrorCode, RepaveError } from "../../orchestration/domain/errors";

test("how a run ended decides the exit code", () => {
  expect(EXIT_CODES).toMatchObject({
    done: 0,
    "nothing-to-do": 0,
    failed: 1,
    blocked: 3,
    halted: 4,
    declined: 5,
    interrupted: 130,
  });
});

test("an error that no run could report never has the code of a run that stopped while acting", () => {
  const codes = (Object.keys(ERRORS) as ErrorCode[]).map(
    (code) => [code, exitCodeOf(new RepaveError(code, ""))] as const,
  );
  expect(codes.filter(([, exit]) => exit === EXIT_CODES.halted)).toEqual([]);
  expect(Object.fromEntries(codes)).toMatchObject({
    USAGE: 2,
    STACK_UNKNOWN: 2,
    NOT_LOGGED_IN: 3,
    CREDENTIALS_MISSING: 3,
    AWS_UNREACHABLE: 3,
    STACK_LOCKED: 3,
    BUNDLE_INCOMPLETE: 1,
    INTERNAL: 1,
    INTERRUPTED: 130,
  });
});

test("usage is said only of what the operator typed or wrote", () => {
  const usage = (Object.keys(ERRORS) as ErrorCode[]).filter((code) => ERRORS[code].disposition === "usage");
  expect(usage.sort()).toEqual([
    "CONFIG_ENCRYPTED",
    "CONFIG_ENVIRONMENT",
    "PLAN_FILE_INVALID",
    "REGION_UNKNOWN",
    "RELEASE_UNKNOWN",
    "ROLLOUT_INVALID",
    "SETTING_UNKNOWN",
    "STACK_CONFIG_INVALID",
    "STACK_OTHER_PROJECT",
    "STACK_UNKNOWN",
    "USAGE",
  ]);
});
