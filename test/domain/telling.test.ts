import { tell } from "../../orchestration/domain/telling";
import type { GateObserved } from "../../orchestration/domain/events";

const observed = (...held: readonly boolean[]): GateObserved => ({
  event: "gate.observed",
  instanceId: "i-3",
  greens: 0,
  needed: 3,
  observations: held.map((isHeld, index) => ({
    id: `c${index}`,
    condition: `condition ${index}`,
    held: isHeld,
    observed: "",
  })),
});

it.each([
  [[true, true, true], "i-3: 0 of 3 passed"],
  [[true, false, false], "i-3: 0 of 3 passed; waiting for: condition 1, condition 2"],
  [[false, false, false], "i-3: 0 of 3 passed; waiting for all 3 conditions"],
  [[false], "i-3: 0 of 3 passed; waiting for: condition 0"],
])("names the conditions that a node waits for, and counts them where it is all of them: %p", (held, text) => {
  expect(tell(observed(...held)).text).toBe(text);
});
