import { createColors } from "picocolors";
import { rowLines } from "../../orchestration/commands/doctor";
import type { Line } from "../../orchestration/doctor/examine";

const PLAIN = createColors(false);

const COMMAND = `aws iam put-role-policy --role-name operator --policy-name tfe-repave --policy-document "$(npm run x)"`;

const failing = (fix: string): Line => ({
  id: "permissions",
  title: "permissions",
  state: "failed",
  seen: "missing: autoscaling:ResumeProcesses, autoscaling:SuspendProcesses, ec2:CreateTags",
  fix,
});

describe("a row of doctor in 80 columns", () => {
  it("is broken between words, and leaves a command on one line, so that it can be copied", () => {
    expect(rowLines(failing(COMMAND), PLAIN, 80)).toEqual([
      "✗  permissions       missing: autoscaling:ResumeProcesses,",
      "                     autoscaling:SuspendProcesses, ec2:CreateTags",
      `   → ${COMMAND}`,
    ]);
  });

  it("breaks a sentence between words as well", () => {
    const sentence = "Correct the name of the region in the stack file, or set another one in the environment of this.";
    const [, , ...fix] = rowLines(failing(sentence), PLAIN, 80);
    expect(fix.join("\n").split("\n")).toHaveLength(2);
    expect(fix.join("\n")).toMatch(/^ {3}→ Correct .*\n {5}\S/);
  });

  it("says of what it could not see that it was not checked, and whose row it is", () => {
    const row = { id: "nodes", title: "nodes", subject: "i-1" };
    expect(rowLines({ ...row, state: "unchecked", seen: "no name" }, PLAIN, 80)).toEqual([
      "–  nodes             i-1: not checked: no name",
    ]);
    expect(rowLines({ ...row, state: "ok", seen: "SSM online" }, PLAIN, 80)).toEqual([
      "✓  nodes             i-1: SSM online",
    ]);
  });

  it("colours marks and fixes, and nothing that changes the width", () => {
    const colored = rowLines(failing(COMMAND), createColors(true), 80);
    expect(colored.join("\n").replace(/\u001b\[\d+m/g, "")).toBe(rowLines(failing(COMMAND), PLAIN, 80).join("\n"));
    expect(colored[0]).toMatch(/^\u001b\[31m✗\u001b\[39m/);
  });
});
