import fc from "fast-check";
import { parseAppStatus, parseSystemStatus } from "../../../orchestration/dialects/replicated/status";
import { APP_STATUS, STRAY_LINES } from "./outputs";

const STARTED = { release: "v202207-2", state: "started", desiredState: "started", isTransitioning: false };
const pretty = JSON.stringify(JSON.parse(APP_STATUS), null, 2);

describe("parseAppStatus", () => {
  it("reads the one entry of the array", () => {
    expect(parseAppStatus(APP_STATUS)).toEqual(STARTED);
    expect(parseAppStatus(pretty)).toEqual(STARTED);
  });

  it.each([
    ["nothing", ""],
    ["an empty array", "[]"],
    ["two applications", `${APP_STATUS.slice(0, -1)},${APP_STATUS.slice(1)}`],
    ["two answers", `${APP_STATUS}\n${APP_STATUS}`],
    ["a sequence in words", APP_STATUS.replace("642", '"642"')],
    ["a transition in words", APP_STATUS.replace('"IsTransitioning":false', '"IsTransitioning":"false"')],
    ["no desired state", APP_STATUS.replace("DesiredState", "Desired")],
    ["a cut answer", pretty.slice(0, -4)],
    ["a table", "Sequence  State\n642       started\n"],
  ])("does not understand %s", (_what, output) => {
    expect(parseAppStatus(output)).toBeUndefined();
  });

  it("never takes garbage for an answer", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), (garbage) => {
        expect(parseAppStatus(garbage)).toBeUndefined();
      }),
    );
  });

  it("gives the same answer whatever noise, line ends and colours come with it", () => {
    const noise = fc.array(fc.constantFrom(...STRAY_LINES), { maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(APP_STATUS, pretty), noise, noise, fc.boolean(), (output, before, after, pty) => {
        const said = [...before, ...output.split("\n").map((line) => `\u001b[36m${line}\u001b[0m`), ...after];
        expect(parseAppStatus(said.join(pty ? "\r\n" : "\n"))).toEqual(STARTED);
      }),
    );
  });

  it("does not take long over an output full of brackets", () => {
    const hostile = "[{\n".repeat(5_000) + "}]\n".repeat(5_000);
    const began = performance.now();
    expect(parseAppStatus(hostile)).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe("parseSystemStatus", () => {
  it("reads the word of each part", () => {
    const ready = { Replicated: "ready", Retraced: "ready" };
    expect(parseSystemStatus(JSON.stringify(ready))).toEqual(ready);
    expect(parseSystemStatus(`stray\r\n${JSON.stringify([ready], null, 2)}\r\n`)).toEqual(ready);
    expect(parseSystemStatus('{"Replicated":"initializing","Retraced":"failed"}')).toEqual({
      Replicated: "initializing",
      Retraced: "failed",
    });
  });

  it.each(["", "ready", "{}", '{"level":"ready"}', '{"Replicated":true}', '{"Replicated":"ready","Retraced":null}'])(
    "does not understand %j",
    (output) => {
      expect(parseSystemStatus(output)).toBeUndefined();
    },
  );
});
