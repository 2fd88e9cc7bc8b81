import fc from "fast-check";
import { VARIABLES } from "../../../infra/nodes/fdo/environment";
import { shellLine } from "../../../orchestration/adapters/nodeShell/shellLine";
import { settingNamesCommand, settingsCommand } from "../../../orchestration/dialects/fdo/scripts";
import { newNonce } from "../../../orchestration/dialects/settingDigests";
import { canRunScripts, runOnNode } from "../../support/containerNode";
import { containerLab } from "../containerNodes";

/** What the lab's node prints for a script is what the script prints for real, with its runtime, AWS and files replaced. */
const describeScripts = canRunScripts ? describe : describe.skip;

const values = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !text.includes("\0")),
  fc.constantFrom("0", "{}", "$HOME $$x", "https://u:p@h", "a: 'b' \"c\" \\", " blank "),
);
const names = fc.constantFrom(...Object.keys(VARIABLES), "TFE_NEW_VARIABLE");
const environment = fc
  .dictionary(names, values, { maxKeys: 10 })
  .map((found): Record<string, string> => ({ TFE_ENCRYPTION_PASSWORD: "what encrypts", ...found }));

const doubled = (found: Readonly<Record<string, string>>): object =>
  Object.fromEntries(Object.entries(found).map(([name, value]) => [name, value.replaceAll("$", "$$$$")]));

describeScripts("in the lab as for real", () => {
  it.each(["docker", "podman"] as const)("settings under %s", (runtime) => {
    const lab = containerLab("1.2.2", {}, { containerRuntime: runtime });
    const node = lab.member();
    const id = node.node.container?.id ?? "";
    const keys = fc.option(fc.subarray(Object.keys(VARIABLES)), { nil: undefined });
    fc.assert(
      fc.property(environment, environment, keys, (now, built, wanted) => {
        node.node.settingsInEffect = now;
        node.node.builtSettings = built;
        const request = { plain: ["TFE_NEW_VARIABLE"], ...(wanted && { keys: wanted }) };
        const command = settingsCommand(newNonce(), ["now", "built"], request, { runtime, id });
        const variables = Object.entries(now).map(([name, value]) => `${name}=${value}`);
        const env = Object.entries(built).map(([name, value]) => ({ name, value }));
        const file =
          runtime === "docker"
            ? { "etc/tfe/compose.yaml": JSON.stringify({ services: { tfe: { environment: doubled(built) } } }) }
            : { "etc/tfe/pod.yaml": JSON.stringify({ spec: { containers: [{ env }] } }) };
        const real = runOnNode(command, { variables, files: file });
        const { exitCode, stdout } = lab.run(node, shellLine(command));
        expect({ exitCode, stdout }).toEqual({ exitCode: real.exitCode, stdout: real.stdout });
        expect(exitCode).toBe(0);
      }),
      { numRuns: 6 },
    );
  });

  it("settings of a new node", () => {
    const arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:variables";
    const lab = containerLab("1.2.2");
    const node = lab.member();
    const id = node.node.container?.id ?? "";
    fc.assert(
      fc.property(environment, environment, environment, (now, kept, given) => {
        node.node.settingsInEffect = now;
        const text = JSON.stringify({ ...kept, TFE_X: null, TFE_Y: { a: 1 }, TFE_Z: 7 });
        lab.region.state.secrets[arn] = text;
        const next = { secretArn: arn, own: {}, given };
        const command = settingsCommand(newNonce(), ["now", "next"], {}, { runtime: "docker", id }, next);
        const variables = Object.entries(now).map(([name, value]) => `${name}=${value}`);
        const real = runOnNode(command, { variables, secrets: { [arn]: text } });
        const { exitCode, stdout } = lab.run(node, shellLine(command));
        expect({ exitCode, stdout }).toEqual({ exitCode: real.exitCode, stdout: real.stdout });
        expect(exitCode).toBe(0);
      }),
      { numRuns: 6 },
    );
  });

  it.each([
    JSON.stringify({ TFE_DATABASE_PASSWORD: "secret", TFE_REDIS_PASSWORD: "", TFE_X: null, TFE_Y: { a: 1 }, TFE_Z: 7 }),
    "no JSON",
  ])("names of the settings in a secret: %s", (text) => {
    const arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:variables";
    const lab = containerLab("1.2.2");
    lab.region.state.secrets[arn] = text;
    const command = settingNamesCommand(arn);
    const real = runOnNode(command, { secrets: { [arn]: text } });
    const { exitCode, stdout } = lab.run(lab.member(), shellLine(command));
    expect({ exitCode, stdout }).toEqual({ exitCode: real.exitCode, stdout: real.stdout });
  });
});
