import { resolve } from "node:path";
import { asRepaveError } from "../../orchestration/domain/errors";
import { pulumiStack } from "../../orchestration/adapters/pulumi/stack";

// One update, or preview, without a run's secret, in a process of its own: the SDK reports what the program throws, and what it asks of
// an engine that has ended, as unhandled rejections and takes them back, which jest does not forgive.
// Arguments: the project's folder, the engine's, and `apply` or `preview`. Prints the error as JSON.
const [workDir = "", root = "", act = ""] = process.argv.slice(2);

const stack = pulumiStack({
  stackName: "lab",
  workDir,
  engine: { root },
  env: {},
  projectRoot: resolve(__dirname, "../.."),
  runsDir: resolve(workDir, "runs"),
  fencingSecret: () => undefined,
});

(act === "preview" ? stack.preview({}) : stack.apply({})).then(
  (changes) => process.stdout.write(JSON.stringify({ changes })),
  (thrown: unknown) => {
    const { code, detail } = asRepaveError(thrown);
    process.stdout.write(JSON.stringify({ code, detail }));
  },
);
