import type { Instance } from "../../model";
import { timestamp } from "../../text";

const BOOT_LOG = "/var/log/tfe-repave-user-data.log";

/** Files that the first boot leaves on the machine, by path. */
export const filesOfContainerNode = (instance: Instance): Readonly<Record<string, string | undefined>> => ({
  [BOOT_LOG]: bootLog(instance),
  ...(instance.node.image?.digest === undefined ? {} : { "/etc/tfe/image": `${imageOf(instance)}\n` }),
});

function imageOf({ node }: Instance): string {
  const { reference = "", digest = "" } = node.image ?? {};
  return `${reference.replace(/[:@][^/]*$/, "")}@${digest}`;
}

/** Whether the first boot stopped before it came to start the application. */
export const bootStopped = ({ node }: Instance): boolean => node.phase === "failed" && node.container === undefined;

/** What commands said is as it is; the script's own lines have their time. */
function bootLog(instance: Instance): string | undefined {
  const { node, privateIp } = instance;
  if (node.phase === "booting") return undefined;
  const line = (words: string): string => `${timestamp(node.history.at(-1)?.at ?? 0)} ${words}\n`;
  const building = line(`building ${node.settings["TFE_HOSTNAME"] ?? "localhost"} on ${privateIp}`);
  if (bootStopped(instance)) {
    const [said = "", reason] = (node.error ?? "").split("FAILED: ");
    const words = reason === undefined ? "FAILED at line 212" : `FAILED: ${reason}`;
    return `${building}${said === "" ? "" : `${said.trim()}\n`}${line(`${words}: this node will not start Terraform Enterprise`)}`;
  }
  if (node.phase === "prepared")
    return building + line("prepared; the application starts when tfe-repave-start.service is started");
  return node.phase === "installing" ? building : building + line("the application starts");
}
