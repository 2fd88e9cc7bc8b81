import type { Written } from "../../../orchestration/dialects/keepSettings";
import { handSecretsOver } from "../../../orchestration/wiring/move/handingOver";

const ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tfe-repave/production/variables-a1b2c3";
const ROLE = "arn:aws:iam::123456789012:role/teams/tfe-production-node";

/** What was done, in order. `answers`: of the node, one after the other. */
async function handOver(...answers: readonly (Written | Error)[]): Promise<{ done: string[]; end: unknown }> {
  const done: string[] = [];
  const left = [...answers];
  const say = (what: string): Promise<void> => Promise.resolve(void done.push(what));
  const end = await handSecretsOver({
    handover: {
      name: "tfe-repave/production/variables",
      prepare: () => say("prepare").then(() => ARN),
      role: () => Promise.resolve(ROLE),
      allow: (_, __, how) => say(how),
    },
    write: () => {
      done.push("node");
      const answer = left.shift() ?? { refused: "its role may not write it" };
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    clock: { sleep: () => Promise.resolve() },
    instanceId: "i-1",
    again: "npm run migrate -- --stack production",
  }).catch((error: unknown) => error);
  return { done, end };
}

test("the role may write for as long as the node writes", async () => {
  const { done, end } = await handOver({ kept: ["TFE_DATABASE_PASSWORD"] });
  expect(end).toBe(ARN);
  expect(done).toEqual(["prepare", "write", "node", "read"]);
});

test("a policy that does not count yet is waited for", async () => {
  const { done, end } = await handOver({ refused: "not yet" }, { kept: [] });
  expect(end).toBe(ARN);
  expect(done).toEqual(["prepare", "write", "node", "node", "read"]);
});

test("a role that may not is an error with the commands, and the permission is taken away", async () => {
  const { done, end } = await handOver();
  expect(end).toMatchObject({ code: "MOVE_SECRET_REFUSED", disposition: "blocked" });
  const next = (end as { readonly next?: string }).next ?? "";
  expect(next).toContain("aws iam put-role-policy --role-name tfe-production-node --policy-name tfe-repave-move");
  expect(next).toContain(`"Resource":"${ARN}"`);
  expect(next).toContain("aws iam delete-role-policy --role-name tfe-production-node");
  expect(done.at(-1)).toBe("read");
});

test("and so it is where the node fails", async () => {
  const { done, end } = await handOver(new Error("the node is gone"));
  expect(end).toMatchObject({ message: "the node is gone" });
  expect(done.at(-1)).toBe("read");
});
