import fc from "fast-check";
import { FENCE, gapsInFence, toRestore } from "../../../orchestration/adapters/aws/fence";

const ALL = [...FENCE, "Launch", "Terminate", "AddToLoadBalancer"];
const some = fc.uniqueArray(fc.constantFrom(...ALL));

test("the fence holds what can move nodes by itself, and not what the repave needs", () => {
  expect(FENCE).toEqual([
    "HealthCheck",
    "ReplaceUnhealthy",
    "AZRebalance",
    "AlarmNotification",
    "ScheduledActions",
    "InstanceRefresh",
  ]);
});

test("property: what was found suspended is never resumed", () => {
  fc.assert(
    fc.property(some, (found) => {
      expect(toRestore(found).filter((process) => found.includes(process))).toEqual([]);
    }),
  );
});

test("property: suspending and then restoring gives back exactly what was found", () => {
  fc.assert(
    fc.property(some, (found) => {
      const fenced = new Set([...found, ...FENCE]);
      for (const process of toRestore(found)) fenced.delete(process);
      expect([...fenced].sort()).toEqual([...found].sort());
    }),
  );
});

test("property: closing the gaps closes the fence, and touches nothing else", () => {
  fc.assert(
    fc.property(some, (suspended) => {
      const gaps = gapsInFence(suspended);
      expect(gaps.filter((process) => suspended.includes(process))).toEqual([]);
      expect(gapsInFence([...suspended, ...gaps])).toEqual([]);
    }),
  );
});
