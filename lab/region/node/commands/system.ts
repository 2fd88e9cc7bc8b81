import { jobsOn } from "../../jobs";
import { SINCE } from "../../releases";
import { answer } from "../answer";
import { appRuns, hasReplicated } from "../phases";
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
  docker: { takes: 300, end: docker },
};

function instant(end: (invocation: Invocation) => Output): NodeCommand {
  return { takes: 20, end };
}

function cat({ instance, args }: Invocation): Output {
  const [file] = args;
  if (file === undefined) return succeed("");
  if (file === "/etc/hostname") return succeed(`ip-${instance.privateIp.replaceAll(".", "-")}\n`);
  if (file === "/etc/replicated.conf" && instance.node.release > 0) {
    return succeed(`${JSON.stringify({ ReleaseSequence: instance.node.release })}\n`);
  }
  if (file === "/etc/ptfe-settings.json" && instance.node.release > 0) {
    const settings = Object.entries(instance.node.builtSettings).map(([key, value]) => [key, { value }]);
    return succeed(`${JSON.stringify(Object.fromEntries(settings), undefined, 2)}\n`);
  }
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

function docker(invocation: Invocation): Output {
  const { state, instance, args } = invocation;
  if (!hasReplicated(state, instance)) return fail(127, "sh: docker: not found\n");
  if (args[0] !== "ps") return fail(1, `docker: '${args.join(" ")}' is not a docker command.\n`);
  const format = option(args, "--format") ?? "{{.Image}} {{.Names}}";
  const lines = containers(invocation).map(({ image, name }) =>
    format.replaceAll("{{.Image}}", image).replaceAll("{{.Names}}", name),
  );
  return succeed(lines.map((line) => `${line}\n`).join(""));
}

/** Replicated's own containers, the application's, and one for each job. */
function containers({ state, instance }: Invocation): readonly { image: string; name: string }[] {
  const { release } = instance.node;
  const application = appRuns(instance)
    ? ["ptfe_nginx", "ptfe_atlas", "ptfe_archivist", "ptfe_vault", "tfe-admin"]
    : [];
  const worker = release < SINCE.agent ? "hashicorp/build-worker:now" : "hashicorp/tfc-agent:now";
  return [
    { image: "replicated/replicated:current", name: "replicated" },
    { image: "replicated/replicated-operator:current", name: "replicated-operator" },
    ...application.map((name) => ({ image: `hashicorp/${name.replace("_", "-")}:${release}`, name })),
    ...jobsOn(state, instance).map((job) => ({ image: worker, name: `worker-${job.id}` })),
  ];
}
