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
import type { Dialect } from "../../orchestration/dialects/dialect";
import { FDO } from "../../orchestration/dialects/fdo";
import { REPLICATED } from "../../orchestration/dialects/replicated";
import { describeStackContract, type StackSubject } from "../contract/stack";
import { releaseOf } from "../support/release";
import { ROOT } from "../support/root";

jest.setTimeout(180_000);

type Estate = Pick<StackSubject, "next" | "setting"> & { readonly estate?: string; readonly dialect: Dialect };

async function inTheLab({ estate, dialect, ...rest }: Estate): Promise<StackSubject> {
  const dir = await mkdtemp(join(tmpdir(), "stack-contract-"));
  const runsDir = join(dir, "runs");
  const { root } = await ensureEngine({ onProgress: () => undefined });
  const lab = await openLab({ dir, speed: 240, estate });
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
    ...rest,
    stack: namedStack(recorded, dialect.keys),
    edit: async () =>
      writeFile(file, (await readFile(file, "utf8")).replace(/^config:$/m, "config:\n  tfe:deregistrationDelay: 20")),
    failNext: async () => {
      // A second session attaches to the running lab, and leaves it running.
      const session = await openLab({ dir, estate, faults: ["pulumi-update-fails"] });
      await session.close();
    },
    close: async () => {
      await lab.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

describeStackContract("the lab, by the real engine", () =>
  inTheLab({ dialect: REPLICATED, next: releaseOf(642), setting: { tbw_image: "custom" } }),
);

describeStackContract("the lab with nodes that run a container, by the real engine", () =>
  inTheLab({ estate: "fdo", dialect: FDO, next: releaseOf("1.2.2"), setting: { TFE_CAPACITY_CONCURRENCY: "20" } }),
);
