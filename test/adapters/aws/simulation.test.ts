import { iamSimulation } from "../../../orchestration/adapters/aws/diagnosis/simulation";
import { wire, type WireCall } from "../wire";

const ROLE = "arn:aws:sts::123456789012:assumed-role/operator/ann";
const WITH_PATH = "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/operator";

const wanted = (...actions: readonly string[]) => ({ actions, resources: [], context: {} });

const error = (code: string): { status: number; body: string } => ({
  status: 403,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
});

const role = {
  status: 200,
  body: `<GetRoleResponse><GetRoleResult><Role><Arn>${WITH_PATH}</Arn></Role></GetRoleResult></GetRoleResponse>`,
};

/** Decisions by action: the decision, and keys of the context that IAM misses. */
const decided = (decisions: Readonly<Record<string, readonly [string, ...string[]]>>, { params }: WireCall) => {
  const members = [...params]
    .filter(([key]) => key.startsWith("ActionNames.member."))
    .map(([, action]) => {
      const [decision, ...keys] = decisions[action] ?? ["allowed"];
      const missing = keys.map((key) => `<member>${key}</member>`).join("");
      return `<member><EvalActionName>${action}</EvalActionName><EvalDecision>${decision}</EvalDecision><MissingContextValues>${missing}</MissingContextValues></member>`;
    });
  return {
    status: 200,
    body: `<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults>${members.join("")}</EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>`,
  };
};

/** What the simulation says with an IAM that answers so, and as whom it asked. */
async function simulated(
  answer: (call: WireCall) => { status: number; body: string },
  arn: string,
  ...actions: readonly string[]
): Promise<{ readonly result: unknown; readonly sources: readonly string[] }> {
  const sources: string[] = [];
  const stub = await wire((call) => {
    const source = call.params.get("PolicySourceArn");
    if (source !== null) sources.push(source);
    return answer(call);
  });
  const simulation = iamSimulation({ ...stub.config, patience: PATIENCE });
  try {
    const asked = simulation.simulate(arn, [wanted(...actions)], AbortSignal.timeout(10_000));
    return { result: await asked.catch((thrown: unknown) => thrown), sources };
  } finally {
    simulation.destroy();
    await stub.close();
  }
}

const PATIENCE = { maxAttempts: 1, requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000 } };

describe("IAM's simulation", () => {
  it("is asked about the role behind the session, with its path", async () => {
    const { sources } = await simulated((call) => (call.action === "GetRole" ? role : decided({}, call)), ROLE, "a:B");
    expect(sources).toEqual([WITH_PATH]);
  });

  it("is asked about the role without a path where the role may not be read", async () => {
    const { sources } = await simulated(
      (call) => (call.action === "GetRole" ? error("AccessDenied") : decided({}, call)),
      ROLE,
      "a:B",
    );
    expect(sources).toEqual(["arn:aws:iam::123456789012:role/operator"]);
  });

  it("is asked about a user as it is", async () => {
    const user = "arn:aws:iam::123456789012:user/ops/ann";
    expect((await simulated((call) => decided({}, call), user, "a:B")).sources).toEqual([user]);
  });

  it("is not asked about a role that is not there, nor about the root user", async () => {
    const gone = await simulated(() => error("NoSuchEntity"), ROLE, "a:B");
    expect([gone.result, gone.sources]).toMatchObject([{ code: "AWS_REFUSED" }, []]);
    const root = await simulated((call) => decided({}, call), "arn:aws:iam::123456789012:root", "a:B");
    expect([root.result, root.sources]).toMatchObject([{ code: "AWS_REFUSED" }, []]);
  });

  it("tells what is denied from what depends on a context that a simulation does not have", async () => {
    const decisions = {
      "a:Denied": ["implicitDeny"],
      "a:Forbidden": ["explicitDeny", "aws:SourceIp"],
      "a:Open": ["implicitDeny", "aws:SourceIp"],
    } as const;
    const actions = ["a:Allowed", "a:Denied", "a:Forbidden", "a:Open"];
    const answer = (call: WireCall) => (call.action === "GetRole" ? role : decided(decisions, call));
    expect((await simulated(answer, ROLE, ...actions)).result).toEqual({
      denied: ["a:Denied", "a:Forbidden"],
      open: [{ action: "a:Open", keys: ["aws:SourceIp"] }],
    });
  });

  it("that decides on less than was asked is no permission", async () => {
    const some = (call: WireCall) => {
      const { status, body } = decided({}, call);
      return { status, body: body.replace("<EvalActionName>a:C</EvalActionName>", "") };
    };
    const { result } = await simulated((call) => (call.action === "GetRole" ? role : some(call)), ROLE, "a:B", "a:C");
    expect(result).toMatchObject({ code: "AWS_CALL_FAILED", detail: "IAM does not decide on a:C" });
  });

  it("that fails is no permission", async () => {
    const { result } = await simulated(
      (call) => (call.action === "GetRole" ? role : error("ServiceFailure")),
      ROLE,
      "a:B",
    );
    expect(result).toBeInstanceOf(Error);
  });
});
