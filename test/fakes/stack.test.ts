import { describeStackContract } from "../contract/stack";
import { releaseOf } from "../support/release";
import { World } from "./world";

describeStackContract("the fake estate", () => {
  const world = new World();
  return Promise.resolve({
    stack: world.ports().stack,
    next: releaseOf(642),
    setting: { tbw_image: "custom" },
    edit: () => {
      world.stack.alsoChanges = [
        { type: "aws:rds/instance:Instance", name: "db", op: "update", properties: ["engineVersion"] },
      ];
      return Promise.resolve();
    },
    failNext: () => void (world.stack.fails = { when: "before", until: "next" }),
    close: () => Promise.resolve(),
  });
});
