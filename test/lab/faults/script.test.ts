import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkFaults, FAULT_NAMES, FaultScriptError, parseFaults } from "../../../lab/faults";
import { addFaults } from "../../../lab/faults";
import { createRegion } from "../../../lab/region/region";
import { temporaryFolder } from "../temporary";

describe("words", () => {
  test("are names, with commas between them or not", () => {
    const expected = [{ fault: "throttled" }, { fault: "flapping" }, { fault: "drain-fails" }];
    expect(parseFaults(["throttled,flapping", " drain-fails "])).toEqual(expected);
    expect(parseFaults([])).toEqual([]);
  });

  test("none stands for none", () => expect(parseFaults(["none"])).toEqual([]));

  test("an unknown name: what it may have been, and all there are", () => {
    const attempt = () => parseFaults(["never-heathy", "flapping"]);
    expect(attempt).toThrow(FaultScriptError);
    expect(attempt).toThrow('unknown fault "never-heathy". Did you mean never-healthy?');
    for (const name of FAULT_NAMES) expect(attempt).toThrow(name);
  });

  test("a file is a script; names and files may stand together", async () => {
    const folder = await temporaryFolder();
    const file = join(folder.path, "faults.yaml");
    try {
      await writeFile(
        file,
        [
          "# a bad day",
          "- flapping",
          "- { fault: unavailable, when: zero, after: 5, for: 30 }",
          "- fault: access-denied",
          "  operations: [SendCommand]",
        ].join("\n"),
      );
      expect(parseFaults([file, "throttled"])).toEqual([
        { fault: "flapping" },
        { fault: "unavailable", when: "zero", after: 5, for: 30 },
        { fault: "access-denied", operations: ["SendCommand"] },
        { fault: "throttled" },
      ]);
      await writeFile(file, "");
      expect(parseFaults([file])).toEqual([]);
      await writeFile(file, "- flaping");
      expect(() => parseFaults([file])).toThrow(`${file}: unknown fault "flaping". Did you mean flapping?`);
    } finally {
      await folder.remove();
    }
  });

  test("a file that is not there is named", () => {
    expect(() => parseFaults(["./no-such.yaml"])).toThrow(/^\.\/no-such\.yaml: ENOENT/);
  });
});

describe("a script", () => {
  test.each([
    [{ fault: "throttled" }, "expected array"],
    [[{ fault: "throttled", when: "lunch" }], "when"],
    [[{ fault: "throttled", after: -1 }], "after"],
    [[{ fault: "throttled", nth: 3 }], "nth"],
    [[{ fault: "drain-fails", for: 60 }], 'drain-fails has no setting "for"'],
    [[{ fault: "flapping", capacity: 1 }], 'flapping has no setting "capacity"'],
    [[{ fault: "credentials-expired", operations: ["A"] }], 'credentials-expired has no setting "operations"'],
    [[{ fault: "processes-resumed", times: 2 }], 'processes-resumed has no setting "times"'],
  ])("%j: %s", (content, problem) => {
    expect(() => checkFaults(content)).toThrow(FaultScriptError);
    expect(() => checkFaults(content)).toThrow(problem);
  });

  test("says everything that is wrong at once", () => {
    const attempt = () =>
      checkFaults([
        { fault: "drain-fails", for: 60 },
        { fault: "flapping", capacity: 1 },
      ]);
    expect(attempt).toThrow(/drain-fails[\s\S]*flapping/);
  });

  test("says what is to be otherwise than usual", () => {
    const { state } = createRegion();
    addFaults(
      state,
      checkFaults([
        "unavailable",
        {
          fault: "unavailable",
          when: "launch",
          after: 1,
          for: "ever",
          times: 4,
          every: 2,
          operations: ["SendCommand"],
        },
      ]),
    );
    expect(state.faults).toMatchObject([
      { when: "drain", afterMs: 0, forMs: 60_000, times: undefined, effect: { every: 1 } },
      {
        when: "launch",
        afterMs: 1000,
        forMs: undefined,
        times: 4,
        effect: { every: 2, operations: ["SendCommand"], how: "unavailable" },
      },
    ]);
  });
});
