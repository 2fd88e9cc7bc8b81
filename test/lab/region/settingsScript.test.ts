import fc from "fast-check";
import { SETTING_NAMES } from "../../../lab/region/node/replicated/settings";
import { shellLine } from "../../../orchestration/adapters/nodeShell/shellLine";
import { settingsCommand } from "../../../orchestration/dialects/replicated/settingsScript";
import { newNonce } from "../../../orchestration/dialects/settingDigests";
import { canRunScripts, runOnNode } from "../../support/nodeScript";
import { NO_JOBS, script, started } from "../estate";

const lab = () => started({ text: script(642), count: 1, timings: NO_JOBS });

(canRunScripts ? it : it.skip)("the lab's node prints what the script prints for real", () => {
  const region = lab();
  const node = region.member();
  const run = (line: string) => region.run(node, line);
  const values = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("", "0", "{}", "https://u:p@h", "a: 'b' \"c\" \\", "line\nline"),
  );
  const settings = fc.dictionary(fc.constantFrom(...SETTING_NAMES, "new_setting"), values, { maxKeys: 12 });
  const keys = fc.option(fc.subarray([...SETTING_NAMES]), { nil: undefined });
  fc.assert(
    fc.property(settings, settings, keys, (now, built, wanted) => {
      node.node.settings = now;
      node.node.builtSettings = built;
      const request = { plain: ["new_setting"], ...(wanted && { keys: wanted }) };
      const command = settingsCommand(newNonce(), ["now", "built"], request);
      const files = {
        exported: run("replicatedctl app-config export").stdout,
        built: run("cat /etc/ptfe-settings.json").stdout,
      };
      const { exitCode, stdout, stderr } = run(shellLine(command));
      expect({ exitCode, stdout, stderr }).toEqual(runOnNode(command, files));
    }),
    { numRuns: 12 },
  );
});

(canRunScripts ? it : it.skip)("and of what a new node would have", () => {
  const region = lab();
  const node = region.member();
  const names = fc.constantFrom(...SETTING_NAMES, "new_setting");
  const text = fc.string({ unit: "grapheme", maxLength: 12 });
  const entry = fc.oneof(
    text,
    text.map((value) => ({ value })),
    fc.constantFrom(null, 7, true, {}),
  );
  fc.assert(
    fc.property(
      fc.dictionary(names, entry),
      fc.dictionary(names, text),
      fc.dictionary(names, text),
      (kept, own, given) => {
        const secretArn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:settings-a1b2c3";
        region.region.state.secrets[secretArn] = JSON.stringify(kept);
        node.node.settings = { enc_password: "correct-horse" };
        const next = { secretArn, own: { ...own, hostname: "tfe.example.com" }, given };
        const command = settingsCommand(newNonce(), ["now", "next"], {}, next);
        const files = {
          exported: region.run(node, "replicatedctl app-config export").stdout,
          built: undefined,
          secret: JSON.stringify(kept),
        };
        const { exitCode, stdout, stderr } = region.run(node, shellLine(command));
        expect({ exitCode, stdout, stderr }).toEqual(runOnNode(command, files));
        expect(exitCode).toBe(0);
      },
    ),
    { numRuns: 8 },
  );
});
