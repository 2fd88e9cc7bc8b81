import { composeFile, podFile } from "../../../infra/nodes/fdo/containers";
import { settingsCommand } from "../../../orchestration/dialects/fdo/scripts";
import { missingSettings, revealing, SETTINGS } from "../../../orchestration/dialects/fdo/settings";
import { type Document, newNonce, parseSettings } from "../../../orchestration/dialects/settingDigests";
import { differing, drifted, type SettingsSinceBuild } from "../../../orchestration/domain/settings";
import type { SettingsRequest } from "../../../orchestration/ports/tfe";
import { canRunScripts, type NodeWorld, runOnNode } from "../../support/containerNode";

const NONCE = newNonce();
const BOTH: readonly Document[] = ["now", "built"];
const ID = "c".repeat(64);
const SECRET = "correct-$horse-$$battery é";

const SET: Readonly<Record<string, string>> = {
  TFE_HOSTNAME: "tfe.example.com",
  TFE_CAPACITY_CONCURRENCY: "10",
  TFE_ENCRYPTION_PASSWORD: "shared-by-all",
  TFE_DATABASE_PASSWORD: SECRET,
  TFE_DATABASE_HOST: "db$x:5432",
  TFE_VAULT_ADDRESS: `https://u:${SECRET.slice(0, 14)}@vault`,
  TFE_NEW: SECRET,
  TFE_STACKS_OWN: "on",
  TFE_REDIS_PASSWORD: "",
};

const asList = (values: Readonly<Record<string, string>>): string[] =>
  Object.entries(values).map(([name, value]) => `${name}=${value}`);

/** What a boot writes: the file as the build makes it, with the variables as the node adds them. */
function written(runtime: "docker" | "podman", values: Readonly<Record<string, string>>): Record<string, string> {
  const args = { image: "tfe:1", metricsPorts: [] };
  if (runtime === "docker") {
    const file = composeFile(args) as { services: { tfe: object } };
    const doubled = Object.entries(values).map(([name, value]) => [name, value.replaceAll("$", "$$$$")]);
    const tfe = { ...file.services.tfe, environment: Object.fromEntries(doubled) as object };
    return { "etc/tfe/compose.yaml": JSON.stringify({ ...file, services: { tfe } }) };
  }
  const file = podFile(args) as { spec: { containers: object[] } };
  const env = Object.entries(values).map(([name, value]) => ({ name, value }));
  const containers = [{ ...file.spec.containers[0], env }];
  return { "etc/tfe/pod.yaml": JSON.stringify({ ...file, spec: { ...file.spec, containers } }) };
}

const node = (runtime: "docker" | "podman", now = SET, built = SET): NodeWorld => ({
  variables: ["PATH=/bin", "container=x", "TFE_FROM_IMAGE=x", ...asList(now)],
  imageVariables: ["PATH=/bin", "TFE_FROM_IMAGE=x"],
  files: written(runtime, built),
});

const command = (runtime: "docker" | "podman", request: SettingsRequest = {}, nonce = NONCE, documents = BOTH) =>
  settingsCommand(nonce, documents, request, { runtime, id: ID });

function read(
  world: NodeWorld,
  runtime: "docker" | "podman" = "docker",
  request?: SettingsRequest,
  nonce?: string,
): SettingsSinceBuild {
  const ran = runOnNode(command(runtime, request, nonce), world);
  expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
  const settings = parseSettings(ran.stdout, BOTH);
  if (!settings) throw new Error(`not understood: ${ran.stdout}`);
  return settings;
}

const digest = { digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string };

(canRunScripts ? describe : describe.skip)("the script on a node", () => {
  it.each(["docker", "podman"] as const)(
    "reads what the application was given and what the boot wrote: %s",
    (runtime) => {
      const { now, built } = read(node(runtime), runtime, { plain: ["TFE_STACKS_OWN"] });
      expect(now).toEqual({
        TFE_HOSTNAME: { plain: "tfe.example.com" },
        TFE_CAPACITY_CONCURRENCY: { plain: "10" },
        TFE_ENCRYPTION_PASSWORD: digest,
        TFE_DATABASE_PASSWORD: digest,
        TFE_DATABASE_HOST: { plain: "db$x:5432" },
        TFE_VAULT_ADDRESS: digest,
        TFE_NEW: digest,
        TFE_STACKS_OWN: { plain: "on" },
        TFE_REDIS_PASSWORD: { plain: "" },
      });
      expect(built).toEqual(now);
    },
  );

  it("prints no secret, whatever holds it, in no encoding and no argument", () => {
    const ran = runOnNode(command("docker"), node("docker"));
    for (const form of [SECRET, SECRET.slice(0, 14), Buffer.from(SECRET).toString("base64"), "shared-by-all"])
      expect(ran.stdout + ran.stderr + ran.calls).not.toContain(form);
  });

  it("tells the same secret on two nodes, for one nonce only, and gives nobody a digest to try passwords against", () => {
    const of = (values: Readonly<Record<string, string>>, nonce?: string) =>
      read(node("docker", values), "docker", {}, nonce).now["TFE_DATABASE_PASSWORD"];
    const less = { TFE_DATABASE_PASSWORD: SECRET, TFE_ENCRYPTION_PASSWORD: "shared-by-all" };
    expect(of(less)).toEqual(of(SET));
    expect(of(SET, newNonce())).not.toEqual(of(SET));
    expect(of({ ...SET, TFE_ENCRYPTION_PASSWORD: "another" })).not.toEqual(of(SET));
  });

  it("finds what was changed in the running container, and which nodes differ", () => {
    const other = read(node("docker", { ...SET, TFE_CAPACITY_CONCURRENCY: "20", TFE_DATABASE_PASSWORD: "x" }));
    const nodes = [
      { instanceId: "i-1", ...read(node("docker")) },
      { instanceId: "i-2", ...other },
    ];
    expect(drifted(nodes, SETTINGS)).toEqual([
      { key: "TFE_CAPACITY_CONCURRENCY", instanceId: "i-2" },
      { key: "TFE_DATABASE_PASSWORD", instanceId: "i-2" },
    ]);
    expect(differing(nodes, SETTINGS)).toEqual(["TFE_CAPACITY_CONCURRENCY", "TFE_DATABASE_PASSWORD"]);
  });

  it("reads what is asked for alone, and no file of the build where that is not asked for", () => {
    const ran = runOnNode(command("docker", { keys: ["TFE_HOSTNAME"] }, NONCE, ["now"]), {
      ...node("docker"),
      files: {},
    });
    expect(parseSettings(ran.stdout, ["now"])?.now).toEqual({ TFE_HOSTNAME: { plain: "tfe.example.com" } });
  });

  it.each<[string, NodeWorld, RegExp]>([
    [
      "no container",
      { variables: undefined },
      /^no such container\nthe environment of the application cannot be read\n/,
    ],
    ["no file of the build", { files: {} }, /the settings of the node's build cannot be read\n$/],
    [
      "a file that is no JSON",
      { files: { "etc/tfe/compose.yaml": `a: ${SECRET}` } },
      /^the settings are not in a form/,
    ],
    ["another file", { files: { "etc/tfe/compose.yaml": `{"a":"${SECRET}"}` } }, /^the settings are not in a form/],
    ["a container without settings", { variables: ["PATH=/bin"] }, /^the settings are not in a form/],
  ])("%s is no answer, and the reason quotes nothing", (_what, change, reason) => {
    const ran = runOnNode(command("docker"), { ...node("docker"), ...change });
    expect(ran.stdout + ran.stderr).not.toContain(SECRET);
    expect(ran.stderr).toMatch(reason);
    expect(parseSettings(ran.stdout, BOTH)).toBeUndefined();
  });
});

describe("what is known of settings", () => {
  it("a variable is changed where the stack has it, never on a node", () => {
    expect(SETTINGS.setElsewhere?.("TFE_CAPACITY_CPU")).toBe(
      "change TFE_CAPACITY_CPU in `tfe:environment` of the stack file",
    );
    expect(SETTINGS.setElsewhere?.("TFE_REDIS_PASSWORD")).toBe("change TFE_REDIS_PASSWORD in the settings secret");
    expect(SETTINGS.setElsewhere?.("TFE_VAULT_CLUSTER_ADDRESS")).toContain("the build sets it");
    expect(SETTINGS.setElsewhere?.("a b\n")).toContain("this setting");
  });

  it("its shield is what the build gives every node", () => {
    expect(SETTINGS.shield).toEqual({ key: "TFE_RUN_PIPELINE_DOCKER_NETWORK", on: "tfe-runs" });
  });

  it("a default is no drift", () => {
    const of = (now: string, built?: string) =>
      drifted(
        [
          {
            instanceId: "i-1",
            now: { TFE_CAPACITY_MEMORY: { plain: now } },
            built: built === undefined ? {} : { TFE_CAPACITY_MEMORY: { plain: built } },
          },
        ],
        SETTINGS,
      );
    expect(of("2048")).toEqual([]);
    expect(of("2048", "512")).toHaveLength(1);
  });

  it("names what a node lacks", () => {
    const all = [
      "TFE_DATABASE_HOST",
      "TFE_DATABASE_NAME",
      "TFE_DATABASE_USER",
      "TFE_DATABASE_PASSWORD",
      "TFE_REDIS_HOST",
      "TFE_OBJECT_STORAGE_TYPE",
      "TFE_OBJECT_STORAGE_S3_BUCKET",
      "TFE_OBJECT_STORAGE_S3_REGION",
      "TFE_ENCRYPTION_PASSWORD",
    ];
    expect(missingSettings(all)).toEqual([]);
    expect([...missingSettings([])].sort()).toEqual([...all].sort());
    const without = all.filter((key) => !/PASSWORD$/.test(key));
    expect(missingSettings([...without, "TFE_VAULT_USE_EXTERNAL"])).toEqual(["TFE_DATABASE_PASSWORD"]);
    expect(missingSettings([...without, "TFE_DATABASE_PASSWORDLESS_AWS_USE_INSTANCE_PROFILE"])).toEqual([
      "TFE_ENCRYPTION_PASSWORD",
    ]);
  });

  it("a person on the node is shown the line for either runtime", () => {
    expect(revealing("docker", "TFE_A")).toMatch(/^sudo docker inspect .* terraform-enterprise \| grep '\^TFE_A='$/);
    expect(revealing("podman", "TFE_A")).toContain(" terraform-enterprise-tfe ");
  });
});
