import { stepFunctions } from "../../../../orchestration/adapters/aws/rollouts/stepFunctions";
import { wire } from "../../wire";

const STARTED = {
  events: [
    { id: 1, timestamp: 1_700_000_000, type: "ExecutionStarted", executionStartedEventDetails: { input: "{}" } },
  ],
};

/** The history of an execution, of which the service shows nothing for the first so many times. */
async function historyAfter(empty: number): Promise<{ readonly kinds: readonly string[]; readonly asked: number }> {
  let asked = 0;
  const stub = await wire(() => {
    asked += 1;
    return { status: 200, body: JSON.stringify(asked > empty ? STARTED : { events: [] }) };
  });
  const { endpoint, ...access } = stub.config;
  const engine = stepFunctions({ ...access, endpoint, machineArn: "arn:machine" });
  try {
    const events = await engine.history({ id: "arn:execution", name: "r-20261128-000000-0001", isRunning: true });
    return { kinds: events.map(({ kind }) => kind), asked };
  } finally {
    engine.close();
    await stub.close();
  }
}

it("waits for the beginning of a history, which the service may not show at once", async () => {
  expect(await historyAfter(0)).toEqual({ kinds: ["started"], asked: 1 });
  expect(await historyAfter(2)).toEqual({ kinds: ["started"], asked: 3 });
});

it("waits no longer than a few seconds", async () => {
  expect((await historyAfter(Infinity)).kinds).toEqual([]);
}, 20_000);
