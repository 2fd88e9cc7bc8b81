/** The contract of a stack, held by the real one: the real engine with the real program, against the lab's providers. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLab } from "../../lab/session";
import { ensureEngine } from "../../orchestration/adapters/pulumi/engine/ensureEngine";
import { namedStack } from "../../orchestration/adapters/pulumi/namedStack";
import { recordedStack } from "../../orchestration/adapters/pulumi/recordedStack";
import { pulumiStack } from "../../orchestration/adapters/pulumi/stack";
import { fileRunStore } from "../../orchestration/adapters/runStore/fileRunStore";
import { REPLICATED } from "../../orchestration/dialects/replicated";
import { describeStackContract } from "../contract/stack";
import { releaseOf } from "../support/release";
import { ROOT } from "../support/root";

jest.setTimeout(180_000);

describeStackContract("the lab, by the real engine", async () => {
  const dir = await mkdtemp(join(tmpdir(), "stack-contract-"));
  const runsDir = join(dir, "runs");
  const { root } = await ensureEngine({ onProgress: () => undefined });
  const lab = await openLab({ dir, speed: 240 });
  const engine = pulumiStack({
    stackName: "lab",
    workDir: dir,
    engine: { root },
    env: lab.env,
    projectRoot: ROOT,
    runsDir,
    fencingSecret: () => undefined,
  });
  await engine.apply({});
  const store = fileRunStore({ dir: join(runsDir, "lab") });
  const recorded = recordedStack({ engine, store, run: () => undefined, now: () => Date.now() });
  const file = join(dir, "Pulumi.lab.yaml");
  return {
    stack: namedStack(recorded, REPLICATED.keys),
    next: releaseOf(642),
    edit: async () =>
      writeFile(file, (await readFile(file, "utf8")).replace(/^config:$/m, "config:\n  tfe:deregistrationDelay: 20")),
    failNext: async () => {
      // A second session attaches to the running lab, and leaves it running.
      const session = await openLab({ dir, faults: ["pulumi-update-fails"] });
      await session.close();
    },
    close: async () => {
      await lab.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
});
