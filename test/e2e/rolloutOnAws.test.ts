/** A rollout on the interpreter of state machines, whose builds run the real commands of the stacks' jobs on labs. */
import { execFile } from "node:child_process";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { buildspec } from "../../infra/components/patchJobBuildspec";
import { CALL_ENV, END_ENV, END_FILE } from "../../infra/rollout/contract";
import { rolloutDefinition } from "../../infra/rollout/definition";
import { stepFunctions } from "../../orchestration/adapters/aws/rollouts/stepFunctions";
import type { Release } from "../../orchestration/domain/release";
import { inputOf } from "../../orchestration/rollout/engine/input";
import { tellHistory } from "../../orchestration/rollout/engine/history";
import startMoto from "../aws/globalSetup";
import stopMoto from "../aws/globalTeardown";
import { type BuildEnd, interpreter } from "../aws/interpreter";
import { planOf, wave } from "../rollout/fakes";
import { ROOT } from "../support/root";
import { labFolder, type LabFolder } from "./support/labFolder";

jest.setTimeout(300_000);

const FAST = ["--speed", "120", "--node-build", "120"];
const ACCESS = { region: "eu-west-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };

let lab: LabFolder;
beforeAll(async () => {
  lab = await labFolder();
  await startMoto();
});
afterAll(async () => {
  stopMoto();
  expect(await lab.close()).toEqual([]);
});

/** What CodeBuild does with the commands of the stack's job: the build, and what comes after it in any case. */
async function build(stack: string, words: string): Promise<BuildEnd> {
  const { phases } = JSON.parse(buildspec(stack)) as {
    readonly phases: Readonly<Record<"build" | "post_build", { readonly commands: readonly string[] }>>;
  };
  const file = join(lab.dir, "..", `${stack}-end.json`);
  const commands = [phases.build.commands[0], "code=$?", phases.post_build.commands[0], `printf %s "$${END_ENV}"`];
  const script = [...commands, "exit $code"].join("\n").replaceAll(END_FILE, file);
  const env = { ...lab.env, [CALL_ENV]: [words, ...FAST].join(" ") };
  return new Promise((resolve) => {
    execFile("sh", ["-c", script], { cwd: ROOT, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout) => {
      const end = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as object;
      resolve({ succeeded: error === null, end });
    });
  });
}

test("a gate that fails in the second wave stops the third, as from a laptop", async () => {
  const endpoint = process.env["MOTO_URL"] ?? "";
  const faulty = await lab.npm("status", "--stack", "lab-two", "--json", "--fault", "wrong-release", ...FAST);
  expect(faulty.stderr).not.toContain("error");

  const sns = new SNSClient({ ...ACCESS, endpoint });
  const { TopicArn: topicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "labs" }));
  sns.destroy();
  const calls: string[] = [];
  const machine = await interpreter(endpoint, "labs", ({ project, words }) => {
    calls.push(`${project}: ${words}`);
    return build(project, words);
  });
  const machineArn = await machine.create("labs", rolloutDefinition({ partition: "aws", topicArn }));
  const engine = stepFunctions({ ...ACCESS, endpoint, machineArn });
  const stacks = ["lab-one", "lab-two", "lab-three"];
  const plan = planOf(
    stacks.map((stack, index) => wave(index + 1, [stack])),
    { name: "labs", release: "v202207-2" as Release },
  );
  const input = inputOf(plan, { file: "three.yaml", startedBy: "ann@here", projectOf: (stack) => stack });
  await engine.start("labs-20261128-000000-0000", input);
  const [execution] = await engine.executions("labs");
  if (!execution) throw new Error("it did not start");
  for (;;) {
    const { entries } = tellHistory(await engine.history(execution));
    const last = entries.at(-1);
    if (last?.event !== "rollout.finished") {
      await new Promise((resolve) => setTimeout(resolve, 500));
      continue;
    }
    expect(last).toMatchObject({
      outcome: "failed",
      because: expect.stringMatching(/^lab-two: halted \(WRONG_RELEASE\)/) as string,
      stacks: [
        {
          stack: "lab-one",
          wave: 1,
          outcome: "done",
          release: "v202207-2",
          outageSeconds: expect.any(Number) as number,
        },
        { stack: "lab-two", wave: 2, outcome: "halted" },
        { stack: "lab-three", wave: 3, outcome: "not-started", release: null, outageSeconds: null },
      ],
    });
    break;
  }
  expect(calls).toEqual([
    "lab-one: rollout repave --release 642 --windows stop",
    "lab-one: rollout look --holds healthy no-run-on-hold",
    "lab-two: rollout repave --release 642 --windows stop",
  ]);
  await expect(access(join(lab.dir, "lab-three"))).rejects.toThrow("ENOENT");
  expect(JSON.parse(await readFile(join(lab.dir, "..", "lab-one-end.json"), "utf8"))).toEqual({ holds: true });
  engine.close();
  await machine.close();
});
