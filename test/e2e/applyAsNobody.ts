import { resolve } from "node:path";
import { asRepaveError } from "../../orchestration/domain/errors";
import { pulumiStack } from "../../orchestration/adapters/pulumi/stack";

// One update without a fencing token, in a process of its own: the SDK reports what the program throws as an unhandled rejection
// and takes it back, which jest does not forgive. Arguments: the project's folder and the engine's. Prints the error as JSON.
const [workDir = "", root = ""] = process.argv.slice(2);

const stack = pulumiStack({
  stackName: "lab",
  workDir,
  engine: { root },
  env: {},
  projectRoot: resolve(__dirname, "../.."),
  runsDir: resolve(workDir, "runs"),
  fencingSecret: () => undefined,
});

stack.apply({}).then(
  (changes) => process.stdout.write(JSON.stringify({ changes })),
  (thrown: unknown) => {
    const { code, detail } = asRepaveError(thrown);
    process.stdout.write(JSON.stringify({ code, detail }));
  },
);
