import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { ORCHESTRATOR } from "../../../infra/contract";
import { commandLine } from "../../../orchestration/program";
import { declareStack, TYPES } from "../../support/stack";

describe("the post-build gate", () => {
  it("asks for the fleet's health once, when the group is new, and never again for a path or a staged build", async () => {
    const { only, outputs } = await declareStack();
    const { inputs, options } = only(TYPES.command);
    const { environment, ...rest } = inputs;
    expect(rest).toEqual({
      create: "npx --no-install tsx orchestration/cli.ts health --wait --json",
      dir: "/nowhere/project",
      triggers: [`arn:${TYPES.group}:nodes`],
    });
    const { TFE_REPAVE_STACK, TFE_REPAVE_FLEET } = environment as Record<string, string>;
    expect(TFE_REPAVE_STACK).toBe("test");
    expect(JSON.parse(TFE_REPAVE_FLEET ?? "")).toEqual(outputs);
    expect(options.ignoreChanges).toEqual(["create", "dir", "environment"]);
  });

  it("is there for a stack without nodes too, so that a change of their number is no change of the gate", async () => {
    expect((await declareStack({ nodeCount: "0" })).of(TYPES.command)).toHaveLength(1);
  });
});

describe("the commands of the orchestrator that the stack program has run", () => {
  it("start from a file that is there", () => {
    expect(existsSync(resolve(__dirname, "../../..", ORCHESTRATOR.entry))).toBe(true);
  });

  // The first word that it does not know is named, so one added at the end is named only where all the others are known.
  it.each([ORCHESTRATOR.health, ORCHESTRATOR.patch("prod")])("are known to its command line: %s", async (words) => {
    const said: string[] = [];
    const io = { out: () => undefined, err: (line: string) => said.push(line), signal: new AbortController().signal };
    expect(await commandLine([...words.split(" "), "--no-such-option"], io)).toBe(2);
    expect(said.join("\n")).toContain("unknown option '--no-such-option'");
  });
});
