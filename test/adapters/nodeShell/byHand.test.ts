import { parse } from "shell-quote";
import { bySession, bySsh } from "../../../orchestration/adapters/nodeShell/byHand";
import type { NodeAddress } from "../../../orchestration/ports/nodeShell";
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

it("knows the node by the keys that the transport learned", () => {
  const learnedOf = (node: NodeAddress): string => `/home/ops/my keys/${node.instanceId}`;
  expect(parse(bySsh({ hostKeys: { learnedOf } })(NODE, LINE))).toEqual([
    ...["ssh", "-o", `HostKeyAlias=${NODE.instanceId}`],
    ...["-o", `UserKnownHostsFile="/home/ops/my keys/${NODE.instanceId}"`, "--", NODE.privateIp],
    LINE,
  ]);
  expect(parse(bySsh({ hostKeys: { learnedOf: () => undefined } })(NODE, LINE))).toHaveLength(6);
});
