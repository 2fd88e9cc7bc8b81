/**
 * Runs state machines on moto's interpreter, with builds that the test answers. The interpreter does not know CodeBuild: each
 * `codebuild:startBuild.sync` becomes a message with a task token, and what answers it gives the service's shapes. Besides, what is tried
 * again is tried after a second. Nothing else of the definition is changed.
 */
import {
  CreateStateMachineCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { CALL_ENV, END_ENV } from "../../infra/rollout/contract";

/** What a build was started with. */
export interface BuildCall {
  readonly project: string;
  readonly words: string;
}

/** How a build ends: `end` is what it exports, "": nothing. */
export interface BuildEnd {
  readonly succeeded: boolean;
  readonly end: object | "";
}

export interface Interpreter {
  readonly endpoint: string;
  readonly client: SFNClient;
  /** Takes a definition as the stack has it; returns the machine's ARN. */
  create(name: string, definition: object): Promise<string>;
  close(): Promise<void>;
}

const ACCESS = { region: "eu-west-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };
const RECEIVERS = 4;

/** The service itself says `States.TaskFailed`; the interpreter takes no such name from outside, and treats any other alike. */
const FAILED = "CodeBuild.BuildFailed";

/** The interpreter at an address; each build is answered by `answer`, many at a time. */
export async function interpreter(
  endpoint: string,
  name: string,
  answer: (call: BuildCall) => Promise<BuildEnd>,
): Promise<Interpreter> {
  const client = new SFNClient({ ...ACCESS, endpoint });
  const { QueueUrl: url } = await sqs<{ QueueUrl: string }>(endpoint, "CreateQueue", { QueueName: name });
  const stop = new AbortController();
  const answering = new Set<Promise<void>>();

  async function receive(): Promise<void> {
    while (!stop.signal.aborted) {
      const { Messages: messages = [] } = await sqs<{ Messages?: { Body: string; ReceiptHandle: string }[] }>(
        endpoint,
        "ReceiveMessage",
        { QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 },
      );
      for (const { Body: body, ReceiptHandle: handle } of messages) {
        await sqs(endpoint, "DeleteMessage", { QueueUrl: url, ReceiptHandle: handle });
        const one = respond(JSON.parse(body) as BuildCall & { readonly token: string });
        answering.add(one);
        void one.finally(() => answering.delete(one));
      }
      if (messages.length === 0) await new Promise((done) => setTimeout(done, 50));
    }
  }

  async function respond({ token: taskToken, ...call }: BuildCall & { readonly token: string }): Promise<void> {
    const { succeeded, end } = await answer(call);
    const status = succeeded ? "SUCCEEDED" : "FAILED";
    const build = {
      Id: `${call.project}:1`,
      BuildStatus: status,
      ExportedEnvironmentVariables: [{ Name: END_ENV, Value: end === "" ? "" : JSON.stringify(end) }],
    };
    // An execution that was stopped no longer waits for its builds.
    const sent: Promise<unknown> = succeeded
      ? client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify({ Build: build }) }))
      : client.send(new SendTaskFailureCommand({ taskToken, error: FAILED, cause: JSON.stringify(build) }));
    await sent.catch((thrown: unknown) => {
      if ((thrown as Error).name !== "InvalidToken" && (thrown as Error).name !== "TaskTimedOut") throw thrown;
    });
  }

  const receivers = Array.from({ length: RECEIVERS }, receive);
  return {
    endpoint,
    client,
    async create(machine, definition) {
      const { stateMachineArn: arn = "" } = await client.send(
        new CreateStateMachineCommand({
          name: machine,
          roleArn: "arn:aws:iam::123456789012:role/rollout",
          definition: JSON.stringify(withQueue(definition, url)),
        }),
      );
      return arn;
    },
    async close() {
      stop.abort();
      await Promise.all([...receivers, ...answering]);
      client.destroy();
    },
  };
}

/** The definition with a message in the place of every build. */
function withQueue(part: unknown, url: string): unknown {
  if (Array.isArray(part)) return part.map((each) => withQueue(each, url));
  if (typeof part !== "object" || part === null) return part;
  const given = part as Readonly<Record<string, unknown>>;
  const changed = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, withQueue(value, url)]));
  if (given["Resource"] !== "arn:aws:states:::codebuild:startBuild.sync") return changed;
  const { EnvironmentVariablesOverride: variables, ...parameters } = given["Parameters"] as {
    readonly EnvironmentVariablesOverride: readonly Readonly<Record<string, string>>[];
  } & Readonly<Record<string, unknown>>;
  const [call] = variables;
  if (call?.["Name"] !== CALL_ENV || variables.length !== 1) throw new Error("the build is called in another way");
  const retriers = (changed["Retry"] ?? []) as readonly object[];
  return {
    ...changed,
    Retry: retriers.map((each) => ({ ...each, IntervalSeconds: 1 })),
    Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    Parameters: {
      QueueUrl: url,
      MessageBody: {
        "project.$": parameters["ProjectName.$"],
        "words.$": call["Value.$"],
        "token.$": "$$.Task.Token",
      },
    },
  };
}

/** A call of SQS, of which nothing else here needs a client. */
async function sqs<T>(endpoint: string, action: string, body: object): Promise<T> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `AmazonSQS.${action}`,
      authorization:
        "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${action}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
