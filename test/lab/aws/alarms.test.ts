import { addFaults, checkFaults } from "../../../lab/faults";
import { alarmsOf } from "../../../lab/region/monitoring/alarms";
import { awsAlarms } from "../../../orchestration/adapters/aws/monitoring/alarms";
import type { Alarms } from "../../../orchestration/ports/account/alarms";
import { bench, type Bench } from "./clients";

const NAMES = ["tfe-unanswered", "tfe-healthy-hosts", "tfe-service"];
const ARN = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:tfe-service";

let lab: Bench;
let alarms: Alarms & { close(): void };
beforeEach(async () => {
  lab = await bench();
  lab.untilHealthy();
  alarms = awsAlarms({
    endpoint: lab.url,
    region: "eu-west-1",
    credentials: { accessKeyId: "lab", secretAccessKey: "lab" },
    given: ["tfe-unanswered", "tfe-healthy-hosts", ARN],
  });
});
afterEach(async () => {
  alarms.close();
  await lab.close();
});

const states = async (): Promise<readonly (string | undefined)[]> =>
  (await alarms.look(NAMES)).map(({ state }) => state);

test("alarms, metric and composite, are read by name and by ARN; one that is not there is said to be missing", async () => {
  expect(await states()).toEqual(["ok", "ok", "ok"]);
  expect(await alarms.look(["none"])).toEqual([{ name: "none", state: undefined, reason: "" }]);
  expect(lab.log).toEqual([]);
});

test("a request without an answer sets two of them off, for a minute", async () => {
  lab.region.observeTraffic(true);
  lab.region.observeTraffic(false);
  expect(await states()).toEqual(["alarm", "ok", "alarm"]);
  lab.pass(61);
  expect(await states()).toEqual(["ok", "ok", "ok"]);
});

test("one node alone is too few healthy hosts, and says so", async () => {
  lab.scale(1);
  lab.pass(400);
  expect(await alarms.look(["tfe-healthy-hosts"])).toEqual([
    { name: "tfe-healthy-hosts", state: "alarm", reason: "Threshold Crossed: 1 is less than the threshold (2)" },
  ]);
});

test("a fault raises one", () => {
  addFaults(lab.region.state, checkFaults([{ fault: "alarm-raised", when: "now", after: 10 }]));
  lab.pass(5);
  expect(alarmsOf(lab.region.state)[0]?.state).toBe("OK");
  lab.pass(10);
  expect(alarmsOf(lab.region.state)[0]?.state).toBe("ALARM");
});
