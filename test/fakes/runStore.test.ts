import { describeRunStoreContract } from "../contract/runStore";
import { memoryRunStore } from "./runStore";

describeRunStoreContract("in memory", () => {
  const store = memoryRunStore();
  return Promise.resolve({ open: () => store, close: () => Promise.resolve() });
});
