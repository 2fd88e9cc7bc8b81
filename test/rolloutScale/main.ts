/**
 * What a rollout on AWS is made of, at a size: `npm run rollout-scale [-- STACKS…]` carries rollouts in waves of 20 out on moto's
 * interpreter, with builds that end at once, and counts. Soaks are cut to nothing: their states and looks are all there.
 */
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import type { RolloutInput } from "../../infra/rollout/contract";
import { rolloutDefinition } from "../../infra/rollout/definition";
import { DescribeExecutionCommand, GetExecutionHistoryCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { RolloutPlan } from "../../orchestration/domain/rollout/model";
import type { Release } from "../../orchestration/domain/release";
import { inputOf } from "../../orchestration/rollout/engine/input";
import startMoto from "../aws/globalSetup";
import stopMoto from "../aws/globalTeardown";
import { interpreter } from "../aws/interpreter";

const SIZES = [10, 50, 200];
const WAVE = 20;
/** Dollars per transition of a standard workflow in eu-central-1 and us-east-1 (the service's price list, November 2026). */
const PRICE = 0.025 / 1_000;
const SOAK_MS = 3_600_000;

function planOf(stacks: number): RolloutPlan {
  const names = Array.from({ length: stacks }, (_, index) => `customer-${String(index + 1).padStart(4, "0")}`);
  const waves = Array.from({ length: Math.ceil(stacks / WAVE) }, (_, index) => ({
    number: index + 1,
    name: `wave ${index + 1}`,
    stacks: names.slice(index * WAVE, (index + 1) * WAVE),
    concurrency: WAVE,
    soakMs: SOAK_MS,
    holds: ["healthy", "no-run-on-hold"] as const,
    approval: "none" as const,
  }));
  return { name: `of-${stacks}`, release: "1.2.2" as Release, windows: "stop", waves };
}

const atOnce = (input: RolloutInput): RolloutInput => ({
  ...input,
  waves: input.waves.map((wave) => ({ ...wave, looks: wave.looks.map(() => 0) })),
});

async function main(): Promise<void> {
  await startMoto();
  const endpoint = process.env["MOTO_URL"] ?? "";
  const sns = new SNSClient({
    endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const { TopicArn: topicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "scale" }));
  let builds = 0;
  const machine = await interpreter(endpoint, "scale", ({ words }) => {
    builds += 1;
    const end = words.startsWith("rollout look")
      ? { holds: true }
      : { outcome: "done", runId: "run-20261128-105612-1-2-2-9bf3", release: "1.2.2", outageSeconds: 365.9 };
    return Promise.resolve({ succeeded: true, end });
  });
  const stateMachineArn = await machine.create("scale", rolloutDefinition({ partition: "aws", topicArn }));
  const rows = [];
  const sizes = process.argv.slice(2).map(Number);
  for (const stacks of sizes.length > 0 ? sizes : SIZES) {
    builds = 0;
    const begun = Date.now();
    const facts = { file: "rollout.yaml", startedBy: "ann@here", projectOf: (stack: string) => `tfe-${stack}-job` };
    const input = JSON.stringify(atOnce(inputOf(planOf(stacks), facts)));
    const { executionArn } = await machine.client.send(
      new StartExecutionCommand({ stateMachineArn, name: `e-${stacks}`, input }),
    );
    for (;;) {
      const { status } = await machine.client.send(new DescribeExecutionCommand({ executionArn }));
      if (status === "SUCCEEDED") break;
      if (status !== "RUNNING") throw new Error(`the execution ended as ${String(status)}`);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    const { events = [] } = await machine.client.send(new GetExecutionHistoryCommand({ executionArn }));
    const transitions = events.filter(({ stateEnteredEventDetails }) => stateEnteredEventDetails !== undefined).length;
    rows.push({
      stacks,
      waves: Math.ceil(stacks / WAVE),
      builds,
      events: events.length,
      transitions,
      dollars: Number((transitions * PRICE).toFixed(3)),
      inputKB: Number((input.length / 1024).toFixed(1)),
      secondsHere: Math.round((Date.now() - begun) / 1000),
    });
    process.stdout.write(`${JSON.stringify(rows.at(-1))}\n`);
  }
  await machine.close();
  sns.destroy();
  stopMoto();
}

main().catch((thrown: unknown) => {
  process.stderr.write(`${String(thrown)}\n`);
  process.exitCode = 1;
});
