/** A stack file for a fleet of somebody else's, with what only its nodes know: over the wire, on a running lab. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStackFile } from "../../infra/config/index";
import { ROOT, run, type Started } from "./support/command";
import { labFolder, type LabFolder, sourced } from "./support/labFolder";

jest.setTimeout(120_000);

const PASSWORDS = {
  TFE_DATABASE_PASSWORD: "lab-database-password",
  TFE_ENCRYPTION_PASSWORD: "lab-encryption-password",
  TFE_REDIS_PASSWORD: "lab-redis-password",
};

describe("init --from-group --read-node", () => {
  let folder: LabFolder;
  let lab: Started;
  let project: string;
  beforeAll(async () => {
    folder = await labFolder();
    project = await mkdtemp(join(tmpdir(), "tfe-e2e-init "));
    await writeFile(join(project, "Pulumi.yaml"), "name: tfe\n");
    lab = folder.startNpm("lab", "--estate", "hvd", "--speed", "300");
    await lab.line("Ctrl-C");
  });
  afterAll(async () => {
    lab.interrupt();
    await lab.ended;
    await rm(project, { recursive: true });
    expect(await folder.close()).toEqual([]);
  });

  const init = (stack: string, ...words: readonly string[]) => {
    const cli = ["node", "--import", "tsx", "orchestration/cli.ts", "init", "-C", project, "--stack", stack];
    return run([...cli, "--from-group", "example-tfe-asg", ...words], { env: sourced(folder), limit: 60, cwd: ROOT });
  };
  const read = async (stack: string) => readStackFile(await readFile(join(project, `Pulumi.${stack}.yaml`), "utf8"));

  it("leaves the secrets a question where nobody agreed that they are written", async () => {
    const { code, stdout } = await init("staging", "--read-node", "--json");
    expect(code).toBe(0);
    const { todo } = JSON.parse(stdout) as { todo: { key: string; question: string }[] };
    expect(todo.map(({ key }) => key)).toEqual(["tfe:settingsSecretArn"]);
    expect(todo[0]?.question).toContain("The nodes have TFE_DATABASE_PASSWORD, TFE_ENCRYPTION_PASSWORD");
  });

  it("has a node write them, and shows them to nobody", async () => {
    const { code, stdout, stderr } = await init("production", "--read-node", "--yes");
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const file = await read("production");
    const arn = file["tfe:settingsSecretArn"] ?? "";
    expect(arn).toMatch(/:secret:tfe-repave\/production\/settings-/);
    const { secrets, secretPolicies } = await folder.region();
    expect(JSON.parse(secrets[arn] ?? "")).toEqual(PASSWORDS);
    // The permission to write was for that moment.
    expect(secretPolicies?.[arn]).toContain("secretsmanager:GetSecretValue");
    expect(secretPolicies?.[arn]).not.toContain("PutSecretValue");
    expect(file).toMatchObject({ "tfe:databaseId": "example-tfe-db-cluster", "tfe:imageTag": "v202503-1" });
    expect(JSON.parse(file["tfe:environment"] ?? "")).toMatchObject({ TFE_REDIS_HOST: "redis.lab.internal" });
    const text = await readFile(join(project, "Pulumi.production.yaml"), "utf8");
    for (const password of Object.values(PASSWORDS))
      expect([stdout, stderr, text].filter((each) => each.includes(password))).toEqual([]);
  });
});
