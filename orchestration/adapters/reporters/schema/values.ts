import { z } from "zod";
import { SIDE_KEY } from "../../../../infra/config/packaging";
import { ERRORS, type ErrorCode } from "../../../domain/errors";
import { BOOT_PHASES } from "../../../domain/observation";
import { SMOKE_MOMENTS } from "../../../domain/proof/smoke";
import { recordedRelease, type Release, releaseNumber } from "../../../domain/release";

export type DeepReadonly<T> = T extends string
  ? T
  : T extends object
    ? { readonly [P in keyof T]: DeepReadonly<T[P]> }
    : T;

/** The values that events are made of. Times that are numbers are milliseconds since the epoch, on the run's clock. */
export const text = z.string();
export const instanceId = z.string().describe("EC2 instance id");
export const seconds = z.number().min(0).describe("seconds of the run's clock");
export const time = z.number().int().min(0).max(8.64e15).describe("milliseconds since the epoch");
export const hop = z.number().int().min(0).describe("index of the repave on the way, from 0");
export const step = z.string().describe("id of the step");

/** A release as it is written where others read it: by number where it has one, else by name. Both are read. */
export const writtenRelease = (release: Release): number | string => releaseNumber(release) ?? release;

export const release = z
  .codec(
    z.union([z.number().int(), z.string()]),
    z.custom<Release>((value) => typeof value === "string"),
    {
      decode: recordedRelease,
      encode: writtenRelease,
    },
  )
  .describe('ReleaseSequence; where the release has none its name, as "1.2.0"');
export const count = z.number().int().min(0);
export const templateVersion = z.number().int().min(1).describe("version of the launch template");
export const operator = z.string().describe("user@host");
export const runId = z.string();
export const smokeMoment = z
  .enum(SMOKE_MOMENTS)
  .describe("with one node in service, with all of them, or asked for by `health --smoke`");
export const terraformRun = z.string().describe("id of the run in the application");
export const page = z.string().describe("its page in the application");
export const processes = z.array(z.string()).describe("processes of the Auto Scaling group");

const aHop = z.strictObject({
  release,
  image: z
    .string()
    .regex(/^ami-[0-9a-z-]{1,64}$/)
    .describe("image id"),
  digest: z
    .string()
    .exactOptional()
    .describe("of the running build: what its release's name stood for when it was staged"),
  rebuild: z.number().exactOptional().describe("set if nodes are replaced by the same build"),
});

const aSide = z.strictObject({
  packaging: z.enum(["replicated", "fdo"]),
  keys: z
    .record(z.string().regex(SIDE_KEY), z.string().max(20_000))
    .describe("keys of the stack's file that describe the nodes; maps and lists as JSON"),
});

const aMove = z
  .strictObject({
    from: aSide,
    to: aSide,
    secrets: z
      .record(z.string().max(200), z.string().max(200))
      .describe("secret settings that a node writes into a new secret: the old name and the new one"),
    oldTemplateVersion: z.number().int().min(1).exactOptional().describe("launch template version of the old nodes"),
    undoes: z.string().max(200).exactOptional().describe("the run whose move this one takes back"),
  })
  .describe("the nodes change how they are packaged, at the same release");

export const foundGroup = z.strictObject({
  min: count,
  max: count,
  desired: count,
  version: text.describe("what the group launches: the number of a template version, `$Latest` or `$Default`"),
  suspended: processes,
  release,
  image: text,
});

export const plan = z
  .strictObject({
    schema: z
      .codec(z.literal([1, 2]), z.literal(2), { decode: () => 2 as const, encode: () => 1 as const })
      .describe("in a run's own files 2 where releases are by name"),
    stack: text,
    from: aHop,
    hops: z.array(aHop).describe("the releases of the path, the target last"),
    nodeCount: count.describe("number of nodes at the end"),
    prewarm: count.exactOptional().describe("number of nodes to prepare before the drain of each hop; absent: none"),
    zeroMeans: z
      .literal("stopped")
      .exactOptional()
      .describe(
        "the new release starts when the old application is proven stopped; absent: when every old node is terminated",
      ),
    because: text.exactOptional().describe("why nodes that already run this build are replaced"),
    proof: z
      .strictObject({
        smoke: z.enum(["plan", "apply"]).exactOptional().describe("a smoke run is made"),
        soakSeconds: count.exactOptional().describe("how long the first node is watched before the second is built"),
      })
      .exactOptional()
      .describe("what is proven with the service up, beyond the gate"),
    move: aMove.exactOptional(),
    adoption: z
      .strictObject({
        way: z.enum(["in", "back"]).describe("to the stack's own group, or back from it"),
        group: text.describe("the former group"),
      })
      .exactOptional()
      .describe("the fleet moves between two groups, with its release"),
  })
  .describe("the plan");

/** What may be acted on, wherever it was kept: more repaves or nodes than any stack can have are forged. */
export const boundedPlan = plan.refine(
  ({ stack, hops, nodeCount }) => stack.length <= 200 && hops.length <= 50 && nodeCount >= 1 && nodeCount <= 5,
  "it must have at most 50 repaves, and 1 to 5 nodes",
);

export const observations = z
  .array(
    z.strictObject({
      id: text.exactOptional().describe("the condition; absent in journals of earlier versions"),
      condition: text.describe("the condition in a sentence"),
      phase: z
        .enum(BOOT_PHASES)
        .exactOptional()
        .describe("how far a node has come while this is the first condition that does not hold"),
      held: z.boolean(),
      skipped: z.literal(true).exactOptional().describe("the condition was not checked; `observed` says why"),
      observed: text,
    }),
  )
  .describe("the conditions of the gate at the last check");

export const nodeFacts = z.strictObject({
  instanceId,
  templateVersion: z.number().int().nullable(),
  release: release.nullable(),
  image: text,
  launchedAt: time,
});

export const finalNodes = z.array(
  z.strictObject({
    instanceId,
    release: release.nullable(),
    healthy: z.boolean(),
    drained: z.literal(true).exactOptional().describe("takes no work until it is restarted"),
  }),
);

export const errorCode = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);

export const standing = z
  .strictObject({
    stack: text,
    at: time.describe("when this was the state"),
    kind: z
      .enum(["in service", "drained", "on hold", "interrupted", "under way", "service down"])
      .describe("the worst of what follows"),
    takesWork: z.boolean().nullable().describe("whether any node takes work; null: the nodes were not observed"),
    acting: z
      .strictObject({
        kind: z.enum(["under way", "interrupted", "on hold"]),
        what: z.enum(["run", "operation"]),
        runId,
        step: text.nullable().describe("id of the step; `abort`: the run is being reverted; null: before the first"),
        since: time.describe("of what is under way the start of the step, otherwise when it stopped"),
        operator,
        heardAt: time.nullable().describe("of what is under way: the last sign of life"),
        silent: z.boolean().describe("interrupted, and nobody stopped it: its process died or cannot write"),
        code: errorCode.nullable().describe("why it is on hold"),
        canAbort: z.boolean().describe("whether `abort` can still revert it"),
      })
      .nullable()
      .describe("the run or operation that acts, or stopped before its end"),
    drained: z
      .array(z.strictObject({ instanceId, since: time, by: text.describe("id of the run or operation") }))
      .describe("nodes that take no work until they are restarted"),
    prepared: z
      .array(z.strictObject({ instanceId, since: time, by: text.describe("id of the run") }))
      .exactOptional()
      .describe("instances outside the group that a run has prepared, and that cost what a node costs; absent: none"),
    downSince: time.nullable().describe("since when the service does not answer; null: it answers"),
    unreadable: z.array(text).describe("runs and operations whose journals cannot be read"),
  })
  .describe("the state of the fleet, as the journals, the lease and the nodes know it");

const image = { name: text, architecture: text, owner: text.exactOptional(), createdAt: time };
export const describedImage = z.strictObject({
  id: z.string().describe("image id"),
  name: image.name.exactOptional(),
  architecture: image.architecture.exactOptional(),
  owner: image.owner,
  createdAt: image.createdAt.exactOptional(),
});

export const outageParts = z
  .strictObject({
    deregistration: seconds,
    termination: seconds,
    overhead: seconds,
    build: seconds,
    start: seconds.exactOptional().describe("of nodes that were prepared, in place of build; absent: none was"),
    firstAnswer: seconds,
  })
  .describe("the parts of the outage, which add up to it");

export const expectation = z
  .strictObject({
    pastRuns: count.describe("number of finished runs that the forecast is based on; 0: it is assumed"),
    expectedSeconds: seconds.describe("of the whole run"),
    likelyOutageSeconds: seconds.describe("of every outage, as it is to be expected"),
    outageSeconds: seconds.describe(
      "the same at most: with what is allowed for migrations, and for what was not measured",
    ),
    outageParts,
    allowances: z.array(z.strictObject({ hop, release, seconds })).describe("allowed for data migrations"),
    text,
  })
  .describe("the forecast, as the plan and the question name it; `outageParts` are those to expect of one repave");

export const witness = z
  .strictObject({
    overlapSeconds: seconds,
    lostJobs: count,
    killedWhileBooting: count,
    unansweredSeconds: seconds,
    jobsFinished: count,
    startedEarly: count
      .exactOptional()
      .describe("how often a node that was prepared started its application before it was told to"),
    secretsShown: count
      .exactOptional()
      .describe("how often a secret was in a command, its output, user data, a notice or a stored object"),
    violations: z.array(text),
    interference: z.array(text).exactOptional(),
  })
  .describe("lab only: what the lab's observer has seen since the lab was created");
