/**
 * Directions and circles, as docs/architecture.md draws them: `npm run architecture` shows what breaks them, and
 * test/architecture.test.ts shows that each rule fails on a tree that breaks it.
 */

const CORE = "domain|ports|run|fleet|upgrade";

/** A package, as it is resolved or, where it is not installed, as it is named. */
const packageNamed = (names) => `(^|node_modules/)(${names})(/|$)`;

/** Nothing leads from the one to the other. */
const forbidden = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

module.exports = {
  forbidden: [
    forbidden("no-circles", "No file leads back to itself, by types either.", {}, { circular: true }),
    forbidden(
      "domain-alone",
      "The domain imports itself, and the libraries that know the time zones and the calendars of cron.",
      { path: "^orchestration/domain/" },
      { pathNot: ["^orchestration/domain/", packageNamed("luxon|@types/luxon|cron-parser|cronstrue")] },
    ),
    forbidden(
      "ports-are-interfaces",
      "Ports import the domain's types and the contract with the stack.",
      { path: "^orchestration/ports/" },
      { pathNot: "^(orchestration/(domain|ports)/|infra/contract\\.ts$)" },
    ),
    forbidden(
      "core-without-adapters",
      "A run, the fleet and the flow import no adapter, no command, no package.",
      { path: "^orchestration/(run|fleet|upgrade)/" },
      { pathNot: `^(orchestration/(${CORE})/|infra/contract\\.ts$)` },
    ),
    forbidden(
      "operations-without-adapters",
      "Operations import what the flow may, the flow itself, and the nearest word.",
      { path: "^orchestration/operations/" },
      { pathNot: [`^(orchestration/(${CORE}|operations)/|infra/contract\\.ts$)`, packageNamed("fastest-levenshtein")] },
    ),
    forbidden(
      "doctor-without-adapters",
      "What the doctor looks at is rows over ports; of the flow it takes figures.",
      { path: "^orchestration/doctor/" },
      { pathNot: "^orchestration/(domain|ports|upgrade/checks|doctor)/" },
    ),
    forbidden(
      "rollout-without-adapters",
      "A rollout starts the verbs of its stacks through ports; it reads its file and the contract with the state machine, and knows nothing of how a stack is repaved.",
      { path: "^orchestration/rollout/" },
      {
        pathNot: [
          "^orchestration/(domain|ports|rollout)/|^orchestration/run/stamp\\.ts$|^infra/rollout/contract\\.ts$",
          "^(node:)?util$",
          packageNamed("zod|yaml|fastest-levenshtein"),
        ],
      },
    ),
    forbidden(
      "init-without-adapters",
      "What a project and a stack file are made of is text from facts: it imports the keys and names of the stack program, and YAML.",
      { path: "^orchestration/init/" },
      {
        pathNot: [
          "^orchestration/(domain|ports|init)/|^infra/(contract|secrets|config/index|nodes/fdo/environment)\\.ts$|^(node:)?zlib$",
          packageNamed("yaml|zod"),
        ],
      },
    ),
    forbidden(
      "steps-apart",
      "A step imports no other step; the list of them is their only meeting place.",
      { path: "^orchestration/upgrade/steps/", pathNot: "/index\\.ts$" },
      { path: "^orchestration/upgrade/steps/" },
    ),
    forbidden(
      "adapters-below",
      "Adapters and dialects import ports, the domain and the stack program.",
      { path: "^orchestration/adapters/" },
      { path: "^(orchestration|lab)/", pathNot: "^orchestration/(domain|ports|adapters)/" },
    ),
    forbidden(
      "adapters-in-wiring",
      "Adapters are made in wiring and commands/io. Words and shapes of the output, which make nothing, are everybody's; types are free.",
      { path: "^orchestration/", pathNot: "^orchestration/(adapters|wiring)/|^orchestration/(commands/io|cli)\\.ts$" },
      {
        path: "^orchestration/adapters/",
        pathNot:
          "^orchestration/adapters/(machine/lazy|reporters/(lines|standing)|reporters/(layout|schema)/[^/]+)\\.ts$",
        dependencyTypesNot: ["type-only"],
      },
    ),
    forbidden(
      "dialects-in-wiring",
      "Only wiring knows which dialects there are.",
      { pathNot: "^orchestration/(wiring|dialects)/" },
      { path: "^orchestration/dialects/", pathNot: "^orchestration/dialects/dialect\\.ts$" },
    ),
    forbidden(
      "wiring-for-commands",
      "Only commands and the command line know how things are put together.",
      { pathNot: "^orchestration/(commands/|wiring/|(cli|program)\\.ts$)" },
      { path: "^orchestration/(wiring|commands)/" },
    ),
    forbidden(
      "stack-program-alone",
      "The stack program knows nothing of the orchestrator, nor of the lab.",
      { path: "^infra/" },
      { path: "^(orchestration|lab)/" },
    ),
    forbidden(
      "contract-imports-nothing",
      "The contracts are types and names.",
      { path: "^infra/(rollout/)?contract\\.ts$" },
      {},
    ),
    forbidden(
      "lab-unknown",
      "The product knows the lab in one place, and on the command line.",
      {
        path: "^(infra|orchestration)/",
        pathNot: "^orchestration/(program|wiring/(target|runs|stacks|doctor|labEnv)|commands/lab)\\.ts$",
      },
      { path: "^lab/" },
    ),
    forbidden(
      "lab-by-session",
      "What leads into the lab is its session.",
      { path: "^orchestration/(program|wiring/(target|doctor))\\.ts$" },
      { path: "^lab/", pathNot: "^lab/session\\.ts$" },
    ),
    forbidden(
      "lab-independent",
      "The lab knows nothing of the product but the contract and the clock's scale.",
      { path: "^lab/" },
      { path: "^(infra|orchestration)/", pathNot: "^infra/(contract|runs/clockScale)\\.ts$" },
    ),
    forbidden(
      "aws-sdk-in-one-room",
      "adapters/aws makes every call of AWS; the stack program reads its lease in a bucket by one file.",
      { path: "^(infra|orchestration)/", pathNot: "^(orchestration/adapters/aws/|infra/runs/bucket\\.ts$)" },
      { path: packageNamed("@aws-sdk/[^/]+|@smithy/[^/]+") },
    ),
    forbidden(
      "pulumi-in-adapters",
      "Pulumi is for its adapter, the stack program and the lab.",
      { path: "^orchestration/", pathNot: "^orchestration/adapters/pulumi/" },
      { path: packageNamed("@pulumi/[^/]+") },
    ),
    forbidden(
      "zx-in-one-file",
      "One file runs commands.",
      { path: "^(infra|orchestration|lab)/", pathNot: "^orchestration/adapters/machine/process\\.ts$" },
      { path: packageNamed("zx") },
    ),
    forbidden(
      "child-processes",
      "Child processes are started by adapters and the lab.",
      { path: "^(infra|orchestration)/", pathNot: "^orchestration/adapters/" },
      { path: "^(node:)?child_process$" },
    ),
    forbidden(
      "nothing-missing",
      "What is imported is there.",
      { path: "^(infra|orchestration|lab)/" },
      {
        path: "^\\.",
        // What the bundle is made of is there once it is made.
        pathNot: "^\\.\\./dist/",
        couldNotResolve: true,
      },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // Imports of types count: a circle of types is a circle for whoever reads it.
    tsPreCompilationDeps: true,
  },
};
