import { EXIT_BY_DISPOSITION, EXIT_CODES } from "../../orchestration/commands/exitCodes";
import { ERRORS, type ErrorCode } from "../../orchestration/domain/errors";

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

test("an error that no run could report has the code of what it is", () => {
  expect(EXIT_BY_DISPOSITION).toEqual({ usage: 2, blocked: 3, halt: 4, fail: 1 });
});

test("usage is said only of what the operator typed or wrote", () => {
  const usage = (Object.keys(ERRORS) as ErrorCode[]).filter((code) => ERRORS[code].disposition === "usage");
  expect(usage.sort()).toEqual([
    "RELEASE_UNKNOWN",
    "SETTING_UNKNOWN",
    "STACK_CONFIG_INVALID",
    "STACK_UNKNOWN",
    "USAGE",
  ]);
});
