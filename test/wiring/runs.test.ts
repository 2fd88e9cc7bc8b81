import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileRunStore } from "../../orchestration/adapters/runStore/fileRunStore";
import type { RunRecord } from "../../orchestration/ports/runStore";
import { openRuns } from "../../orchestration/wiring/runs";
import { runsDirOf } from "../../orchestration/wiring/stacks";
import { PLAN } from "../support/events";
import { CONTAINER, rawConfig } from "../support/stackConfig";

const here = process.cwd();
let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "runs-")));
  writeFileSync(join(root, "Pulumi.yaml"), "name: tfe\nruntime: nodejs\n");
  const config = Object.entries({ ...rawConfig(CONTAINER), "aws:region": "eu-central-1" });
  writeFileSync(
    join(root, "Pulumi.prod.yaml"),
    `config:\n${config.map(([k, v]) => `  ${k}: ${JSON.stringify(v)}\n`).join("")}`,
  );
  process.chdir(root);
});
afterEach(() => {
  process.chdir(here);
  rmSync(root, { recursive: true });
});

test.each(["prod", "acme/prod", "acme/tfe/prod"])("the runs of %s are those of the stack prod", async (named) => {
  const record: RunRecord = {
    schema: 1,
    runId: "run-1",
    stack: PLAN.stack,
    createdAt: 1,
    operator: "ann@laptop",
    plan: PLAN,
  };
  await fileRunStore({ dir: join(root, ".tfe-repave", "prod") }).create(record);
  const runs = await openRuns(named);
  try {
    expect((await runs.store.list()).map(({ runId }) => runId)).toEqual(["run-1"]);
  } finally {
    runs.close();
  }
});

test("only a lab's runs are where the environment says, and a lab that is named in full is one", () => {
  const env = { TFE_REPAVE_RUNS_DIR: "/labs/runs" };
  expect(runsDirOf("organization/tfe/lab", {}, env)).toBe("/labs/runs");
  expect(runsDirOf("acme/tfe/prod", {}, env)).toBe(join(root, ".tfe-repave"));
});
