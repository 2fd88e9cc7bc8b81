import { inEffect, strike } from "../../faultEffects";
import type { Instance, RegionState } from "../../model";
import { answer } from "../answer";
import type { Reply } from "../kind";
import { fileOf } from "../files";
import { refusedSecret } from "../secretAccess";
import { fail, type Invocation, type NodeCommand, option, type Output, succeed } from "./command";

const FREE_BYTES = 61_203_283_968;

/** Bytes left on the machine's disk. */
export const freeBytes = ({ node }: Instance): number => node.diskFree ?? FREE_BYTES;

/** Commands of the operating system. */
export const SYSTEM_COMMANDS: Readonly<Record<string, NodeCommand>> = {
  true: instant(() => succeed("")),
  ":": instant(() => succeed("")),
  set: instant(() => succeed("")),
  cd: instant(() => succeed("")),
  false: instant(() => fail(1, "")),
  echo: instant(({ args }) => succeed(`${args.join(" ")}\n`)),
  cat: instant(cat),
  tail: instant(tail),
  sleep: {
    takes: 0,
    begin: ({ args }) => ({ for: "time", atMost: Math.round(Number(args[0] ?? 0) * 1000) }),
    end: () => succeed(""),
  },
  hostname: instant(({ instance }) => succeed(`ip-${instance.privateIp.replaceAll(".", "-")}\n`)),
  df: { takes: 50, end: df },
  curl: { takes: 200, end: curl },
  aws: { takes: 900, end: aws },
};

function instant(end: (invocation: Invocation) => Output): NodeCommand {
  return { takes: 20, end };
}

function cat({ instance, args }: Invocation): Output {
  const [file] = args;
  if (file === undefined) return succeed("");
  if (file === "/etc/hostname") return succeed(`ip-${instance.privateIp.replaceAll(".", "-")}\n`);
  const text = fileOf(instance, file);
  if (text !== undefined) return succeed(text);
  return fail(1, `cat: ${file}: No such file or directory\n`);
}

/** `tail -n 50 <file>` */
function tail({ instance, args }: Invocation): Output {
  const file = args.at(-1) ?? "";
  const text = fileOf(instance, file);
  if (text === undefined) return fail(1, `tail: cannot open '${file}' for reading: No such file or directory\n`);
  const lines = text.trimEnd().split("\n");
  return succeed(`${lines.slice(-Number(option(args, "-n", "--lines") ?? 10)).join("\n")}\n`);
}

function df({ instance, args }: Invocation): Output {
  const free = freeBytes(instance);
  const available = args.includes("-B1") ? free : Math.floor(free / 1024);
  if (args.includes("--output=avail")) return succeed(`      Avail\n${String(available)}\n`);
  return succeed(`Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/nvme0n1p1 - - ${available} - /\n`);
}

/** Asks the node itself, or another by its address. Knows `-w`, `-o`, `-f`, `-H`, `-I`, and `--resolve` to itself. */
function curl({ state, instance, args }: Invocation): Output {
  const url = args.map((word) => (/^https?:\/\//.test(word) ? new URL(word) : undefined)).find(Boolean);
  if (!url) return fail(2, "curl: no URL specified!\n");
  const { hostname, pathname, search } = url;
  const own = isOwn(url, args) || hostname === instance.privateIp;
  if (!own && url.protocol === "https:" && !/^[\d.]+$/.test(hostname)) return elsewhere(state, url);
  const asked = own ? instance : state.instances.find((other) => other.privateIp === hostname);
  const host = hostname === "127.0.0.1" ? undefined : hostname;
  const question = { path: `${pathname}${search}`, host, accept: header(args, "accept") };
  const reply = asked && answer(state, asked, question);
  const format = (option(args, "-w", "--write-out") ?? "").replaceAll("\\n", "\n");
  const status = String(reply?.status ?? 0).padStart(3, "0");
  if (reply && args.some((word) => /^-\w*I\w*$|^--head$/.test(word))) return succeed(headOf(reply));
  const failed = reply !== undefined && reply.status >= 400 && args.some((word) => /^-\w*f\w*$/.test(word));
  const body = failed || option(args, "-o", "--output") !== undefined ? "" : (reply?.body ?? "");
  return {
    exitCode: reply ? (failed ? 22 : 0) : 7,
    stdout: body + format.replaceAll("%{http_code}", status),
    stderr: "",
  };
}

const headOf = ({ status, headers = {} }: Reply): string =>
  [`HTTP/1.1 ${status}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), "", ""].join("\r\n");

/** Whether the words lead to the node itself, whatever the name is elsewhere. */
function isOwn({ hostname, port, protocol }: URL, args: readonly string[]): boolean {
  if (hostname === "127.0.0.1" || hostname === "localhost") return true;
  const usual = protocol === "https:" ? "443" : "80";
  return args.includes(`${hostname}:${port === "" ? usual : port}:127.0.0.1`);
}

/** Value of a header that is given with `-H`. */
function header(args: readonly string[], name: string): string | undefined {
  const given = args.filter((_, index) => ["-H", "--header"].includes(args[index - 1] ?? ""));
  return given
    .find((word) => word.toLowerCase().startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim();
}

/** The vendor's installer and mirrors: they are there unless somebody took them away. */
function elsewhere(state: RegionState, { hostname }: URL): Output {
  const [gone] = inEffect(state, "installer-gone");
  if (!gone) return succeed("");
  strike(state, gone.fault, `a node asked ${hostname} in vain`);
  return fail(22, "curl: (22) The requested URL returned error: 404\n");
}

/** The calls with which a node reads what it boots from: `secretsmanager get-secret-value`, `s3api head-object`. */
function aws({ state, args }: Invocation): Output {
  const [service = "", operation = ""] = args;
  if (`${service} ${operation}` === "secretsmanager get-secret-value") return secretArn(state, args);
  if (`${service} ${operation}` !== "s3api head-object")
    return fail(252, "aws: error: argument command: Invalid choice\n");
  const bucket = state.buckets[option(args, "--bucket") ?? ""];
  const object = bucket?.[option(args, "--key") ?? ""];
  if (object) return succeed(`${String(object.body.length)}\n`);
  return fail(254, "An error occurred (404) when calling the HeadObject operation: Not Found\n");
}

/** Its value never leaves the lab's node: only `--query ARN` is known here. */
function secretArn(state: RegionState, args: readonly string[]): Output {
  const id = option(args, "--secret-id") ?? "";
  const refused = refusedSecret(state, id);
  if (refused !== undefined) return fail(254, refused);
  return option(args, "--query") === "ARN" ? succeed(`${id}\n`) : fail(252, "aws: error: not simulated\n");
}
