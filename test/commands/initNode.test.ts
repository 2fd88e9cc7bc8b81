/** Asking a node of a running fleet: when it is asked, when it writes, and what is said. */
import { type Asking, nodeOf, settingsSecret } from "../../orchestration/commands/init/node";
import { REPLICATED } from "../../orchestration/dialects/replicated";
import { RepaveError } from "../../orchestration/domain/errors";
import { nodeFacts } from "../../orchestration/init/fromNode";
import { readUserData } from "../../orchestration/init/userData/read";
import type { Questions } from "../../orchestration/ports/questions";
import type { AskedNode } from "../../orchestration/wiring/project/runningFleet";
import { FLEET } from "../init/fleet";

const ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:tfe-repave/production/settings-a1b2c3";
const KNOWN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:tfe/settings-a1b2c3";
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const SILENT = readUserData(base64("#!/bin/sh\nexec /opt/boot\n"));
const NAMED = readUserData(base64(`#!/bin/sh\naws secretsmanager get-secret-value --secret-id ${KNOWN}\n`));

/** What is done with a node that answers, or fails, in order. */
function world(options: Asking["options"], answers?: Readonly<Record<string, string>>, failure?: Error) {
  const done: string[] = [];
  const said: string[] = [];
  const asked: AskedNode = {
    node: {
      instanceId: "i-0aaa",
      packaging: "replicated",
      release: undefined,
      settings: { enc_password: { digest: "a".repeat(64) }, pg_user: { plain: "tfe" } },
      facts: REPLICATED.facts.settings,
    },
    secretName: "tfe-repave/production/settings",
    missing: (arn, given) => {
      done.push(`compare ${arn} ${given.join(",")}`);
      return Promise.resolve(["pg_password"]);
    },
    keep: (names, profile) => {
      done.push(`keep ${names.join(",")} ${profile}`);
      return Promise.resolve(ARN);
    },
  };
  const questions: Questions = {
    possible: true,
    text: () => Promise.reject(new Error("not asked")),
    choose: (question) => {
      done.push(`question: ${question.split("?")[0] ?? ""}`);
      const found = Object.entries(answers ?? {}).find(([words]) => question.includes(words))?.[1];
      return Promise.resolve(found as never);
    },
  };
  const asking: Asking = {
    stackName: "production",
    options,
    io: { err: (line) => void said.push(line) },
    questions: answers && questions,
    open: {
      ask: ({ instanceId, reach }) => {
        done.push(`ask ${instanceId} ${reach.sshUser ?? "ssm"}`);
        return failure ? Promise.reject(failure) : Promise.resolve(asked);
      },
    },
  };
  const read = { asked, facts: nodeFacts(asked.node) };
  return { done, said, asking, read };
}

const UNREACHABLE = new RepaveError("NODE_UNREACHABLE", "i-0aaa is not online");

describe("a node is asked", () => {
  it("only where somebody agrees", async () => {
    for (const options of [{}, { json: true }]) {
      const { done, asking } = world(options);
      expect(await nodeOf(FLEET, SILENT, asking)).toBeUndefined();
      expect(done).toEqual([]);
    }
    const no = world({}, { "Read the settings": "no" });
    expect(await nodeOf(FLEET, SILENT, no.asking)).toBeUndefined();
    expect(no.done).toEqual(["question: Read the settings of i-0aaa over SSM"]);
    const yes = world({ sshUser: "admin" }, { "Read the settings": "yes" });
    expect(await nodeOf(FLEET, SILENT, yes.asking)).toBeDefined();
    expect(yes.done).toEqual(["question: Read the settings of i-0aaa over SSH", "ask i-0aaa admin"]);
  });

  it.each([[{ readNode: true }], [{ readNode: "i-0aaa" }], [{ yes: true }]] as const)(
    "without a question with %j",
    async (options) => {
      const { done, asking } = world(options);
      expect(await nodeOf(FLEET, SILENT, asking)).toBeDefined();
      expect(done).toEqual(["ask i-0aaa ssm"]);
    },
  );

  it("of the group, and in service", async () => {
    const { asking } = world({ readNode: "i-0bbb" });
    await expect(nodeOf(FLEET, SILENT, asking)).rejects.toMatchObject({
      code: "USAGE",
      detail: "--read-node i-0bbb: the group has i-0aaa",
    });
    const empty = { ...FLEET, group: { ...FLEET.group, nodes: [] } };
    await expect(nodeOf(empty, SILENT, world({ readNode: true }).asking)).rejects.toMatchObject({ code: "USAGE" });
    expect(await nodeOf(empty, SILENT, world({ yes: true }).asking)).toBeUndefined();
  });

  it("and one that does not answer fails the command only where it was named", async () => {
    const { asking, said } = world({ yes: true }, undefined, UNREACHABLE);
    expect(await nodeOf(FLEET, SILENT, asking)).toBeUndefined();
    expect(said).toEqual(["reading the settings of i-0aaa", "i-0aaa was not read: i-0aaa is not online"]);
    await expect(nodeOf(FLEET, SILENT, world({ readNode: true }, undefined, UNREACHABLE).asking)).rejects.toBe(
      UNREACHABLE,
    );
  });
});

describe("its secret settings", () => {
  it("are written only where somebody agrees to that as well", async () => {
    const alone = world({ readNode: true });
    expect(await settingsSecret(FLEET, SILENT, alone.read, alone.asking)).toBeUndefined();
    const no = world({ readNode: true }, { Have: "no" });
    expect(await settingsSecret(FLEET, SILENT, no.read, no.asking)).toBeUndefined();
    expect([alone.done, no.done]).toEqual([
      [],
      ["question: Have i-0aaa write enc_password into a new secret tfe-repave/production/settings"],
    ]);
    for (const { read, asking, done } of [world({ yes: true }), world({}, { Have: "yes" })]) {
      expect(await settingsSecret(FLEET, SILENT, read, asking)).toBe(ARN);
      expect(done).toContain("keep enc_password example-tfe");
    }
  });

  it("are compared by name with the secret that new nodes read, and what that lacks is said", async () => {
    const { read, asking, done, said } = world({ yes: true });
    expect(await settingsSecret(FLEET, NAMED, read, asking)).toBeUndefined();
    expect(done).toEqual([`compare ${KNOWN} pg_user`]);
    expect(said).toEqual([`a new node would lack pg_password: neither in ${KNOWN} nor in tfe:appConfig`]);
  });

  it("are written nowhere without a role that could write them", async () => {
    const { read, asking, done } = world({ yes: true });
    const bare = { ...FLEET, template: { ...FLEET.template, profile: undefined } };
    expect(await settingsSecret(bare, SILENT, read, asking)).toBeUndefined();
    expect(done).toEqual([]);
  });
});
