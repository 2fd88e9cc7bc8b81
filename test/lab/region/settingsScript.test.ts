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
