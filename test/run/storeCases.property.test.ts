import { runCase } from "../storeCases/cases";
import { bucketShape, folderShape, type Shape } from "../storeCases/shapes";

/** `npm run store-cases -- 100000` plays as many as wanted; these are the first ones, and those that once went wrong. */
const SEEDS = [...Array(20).keys(), 46, 1034, 20350, 5_002_200, 5_002_330, 5_005_110, 1_002_564, 1_009_228, 1_011_236];

it.each<[string, () => Shape]>([
  ["folder", folderShape],
  ["bucket", bucketShape],
])(
  "whatever somebody writes into a run store in a %s, no work is lost, no releases overlap, no foreign image starts, and no verb crashes",
  async (_, make) => {
    const shape = make();
    try {
      for (const seed of SEEDS) expect({ seed, ...(await runCase(seed, shape)) }).toMatchObject({ seed, wrong: [] });
    } finally {
      shape.close();
    }
  },
  120_000,
);
