import { parse } from "shell-quote";
import { bySession, bySsh } from "../../../orchestration/adapters/nodeShell/byHand";
import { revealing } from "../../../orchestration/dialects/replicated/settingsScript";

const NODE = { instanceId: "i-0aaaaaaaaaaaaaaa1", privateIp: "10.0.0.5" };
const LINE = revealing("redis_pass");

it("opens a session whose output Systems Manager does not keep", () => {
  const words = parse(bySession("eu-central-1")(NODE, LINE));
  expect(words.slice(0, -1)).toEqual(
    `aws ssm start-session --region eu-central-1 --target ${NODE.instanceId} --document-name AWS-StartInteractiveCommand --parameters`.split(
      " ",
    ),
  );
  expect(JSON.parse(words.at(-1) as string)).toEqual({ command: [LINE] });
});

it("reaches the node as the transport does", () => {
  expect(parse(bySsh({ user: "ubuntu", configFile: "/etc/x y" })(NODE, LINE))).toEqual([
    ...["ssh", "-F", "/etc/x y", "-o", `HostKeyAlias=${NODE.instanceId}`, "-l", "ubuntu", "--", NODE.privateIp],
    LINE,
  ]);
  expect(parse(bySsh({})(NODE, LINE))).toHaveLength(6);
});
