import { createHash } from "node:crypto";
import { inEffect, strike } from "../../faultEffects";
import type { Instance, RegionState } from "../../model";
import { answer } from "../answer";
import { containersOf, filesOf } from "../replicated/machine";
import { hasReplicated } from "../replicated/phases";
import { fail, type Invocation, type NodeCommand, option, type Output, succeed } from "./command";

const FREE_BYTES = 61_203_283_968;

/** Commands of the operating system. */
export const SYSTEM_COMMANDS: Readonly<Record<string, NodeCommand>> = {
  true: instant(() => succeed("")),
  ":": instant(() => succeed("")),
  set: instant(() => succeed("")),
  cd: instant(() => succeed("")),
  false: instant(() => fail(1, "")),
  echo: instant(({ args }) => succeed(`${args.join(" ")}\n`)),
  cat: instant(cat),
  hostname: instant(({ instance }) => succeed(`ip-${instance.privateIp.replaceAll(".", "-")}\n`)),
  df: { takes: 50, end: df },
  curl: { takes: 200, end: curl },
  aws: { takes: 900, end: aws },
  docker: { takes: 300, end: docker },
};

function instant(end: (invocation: Invocation) => Output): NodeCommand {
  return { takes: 20, end };
}

function cat({ instance, args }: Invocation): Output {
  const [file] = args;
  if (file === undefined) return succeed("");
  if (file === "/etc/hostname") return succeed(`ip-${instance.privateIp.replaceAll(".", "-")}\n`);
  const text = filesOf(instance)[file];
  if (text !== undefined) return succeed(text);
  return fail(1, `cat: ${file}: No such file or directory\n`);
}

function df({ instance, args }: Invocation): Output {
  const free = instance.node.diskFree ?? FREE_BYTES;
  const available = args.includes("-B1") ? free : Math.floor(free / 1024);
  if (args.includes("--output=avail")) return succeed(`      Avail\n${String(available)}\n`);
  return succeed(`Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/nvme0n1p1 - - ${available} - /\n`);
}

/** Asks the node itself, or another by its address. Knows `-w`, `-o` and `-f`. */
function curl({ state, instance, args }: Invocation): Output {
  const url = args.map((word) => (/^https?:\/\//.test(word) ? new URL(word) : undefined)).find(Boolean);
  if (!url) return fail(2, "curl: no URL specified!\n");
  if (url.protocol === "https:" && !/^[\d.]+$|^localhost$/.test(url.hostname)) return elsewhere(state, url);
  const own = ["127.0.0.1", "localhost", instance.privateIp].includes(url.hostname);
  const asked = own ? instance : state.instances.find((other) => other.privateIp === url.hostname);
  const reply = asked && answer(asked, `${url.pathname}${url.search}`);
  const format = (option(args, "-w", "--write-out") ?? "").replaceAll("\\n", "\n");
  const status = String(reply?.status ?? 0).padStart(3, "0");
  const failed = reply !== undefined && reply.status >= 400 && args.some((word) => /^-\w*f\w*$/.test(word));
  const body = failed || option(args, "-o", "--output") !== undefined ? "" : (reply?.body ?? "");
  return {
    exitCode: reply ? (failed ? 22 : 0) : 7,
    stdout: body + format.replaceAll("%{http_code}", status),
    stderr: "",
  };
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
  if (refused) return refused;
  return option(args, "--query") === "ARN" ? succeed(`${id}\n`) : fail(252, "aws: error: not simulated\n");
}

/** Why a node's role cannot read a secret; undefined: it can. */
export function refusedSecret(state: RegionState, id: string): Output | undefined {
  const [denied] = inEffect(state, "secrets-denied");
  const error = (code: string, words: string): Output =>
    fail(254, `An error occurred (${code}) when calling the GetSecretValue operation: ${words}\n`);
  if (denied) {
    strike(state, denied.fault, `a node was refused ${id}`);
    return error("AccessDeniedException", "User is not authorized to perform: secretsmanager:GetSecretValue");
  }
  if (state.secrets[id] === undefined) {
    return error("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
  }
  return undefined;
}

function docker({ state, instance, args }: Invocation): Output {
  if (!hasReplicated(state, instance)) return fail(127, "sh: docker: not found\n");
  if (args[0] === "inspect") return inspect(state, instance, args);
  if (args[0] !== "ps") return fail(1, `docker: '${args.join(" ")}' is not a docker command.\n`);
  const format = option(args, "--format") ?? "{{.Image}} {{.Names}}";
  const lines = containersOf(state, instance).map(({ image, name }) =>
    format
      .replaceAll("{{.ID}}", containerId(name).slice(0, 12))
      .replaceAll("{{.Image}}", image)
      .replaceAll("{{.Names}}", name),
  );
  return succeed(lines.map((line) => `${line}\n`).join(""));
}

const containerId = (name: string): string => createHash("sha256").update(name).digest("hex");

/** Of containers by their ids: the image that each was created from. */
function inspect(state: RegionState, instance: Instance, args: readonly string[]): Output {
  const ids = args.filter((word) => /^[0-9a-f]{12,64}$/.test(word));
  const found = containersOf(state, instance).filter(({ name }) => ids.some((id) => containerId(name).startsWith(id)));
  if (found.length < ids.length) return fail(1, "Error: No such object\n");
  return succeed(found.map(({ name, image }) => `${containerId(name)} ${image}\n`).join(""));
}
