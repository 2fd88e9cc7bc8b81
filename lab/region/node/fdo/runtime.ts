import type { Instance } from "../../model";
import { fail, type Invocation, type NodeCommand, option, type Output, succeed } from "../commands/command";
import type { Resolved } from "../commands/resolved";
import { applicationsOf, type Container, containersOf } from "./containers";
import { tfectl } from "./tfectl";

const COMMANDS: Readonly<Record<string, NodeCommand>> = {
  ps: { takes: 300, end: ps },
  inspect: { takes: 300, end: inspect },
  logs: { takes: 400, end: logs },
};

/** `docker …` or `podman …`, whichever the node has. */
export function runtimeCommand(runtime: string, instance: Instance, args: readonly string[]): Resolved {
  const [name = "", ...rest] = args;
  if (name === "exec") return exec(instance, rest);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return { command, args: rest };
  const unknown = fail(1, `${runtime}: '${args.join(" ")}' is not a ${runtime} command.\n`);
  return { command: { takes: 50, end: () => unknown }, args };
}

const filled = (format: string, values: Readonly<Record<string, string>>): string =>
  format.replace(/\{\{(?<field>[^}]*)\}\}/g, (_, field: string) => values[field.trim()] ?? "<no value>");

function ps({ state, instance, args }: Invocation): Output {
  const all = args.some((word) => word === "--all" || /^-\w*a/.test(word));
  const format = option(args, "--format") ?? "{{.ID}} {{.Image}} {{.Names}}";
  const shown = containersOf(state, instance).filter((container) => all || container.state === "running");
  const short = (id: string): string => (args.includes("--no-trunc") ? id : id.slice(0, 12));
  const lines = shown.map(({ id, name, image, state: is }) =>
    filled(format, { ".ID": short(id), ".Image": image, ".Names": name, ".State": is, ".Status": is }),
  );
  return succeed(lines.map((line) => `${line}\n`).join(""));
}

const named = (containers: readonly Container[], word: string): Container | undefined =>
  containers.find(({ id, name }) => name === word || (/^[0-9a-f]{4,64}$/.test(word) && id.startsWith(word)));

function inspect({ state, instance, args }: Invocation): Output {
  const format = option(args, "--format", "-f");
  const words = args.filter((word, index) => !word.startsWith("-") && args[index - 1] !== "--format");
  const containers = containersOf(state, instance);
  const found = words.map((word) => named(containers, word));
  if (format === undefined) return fail(1, "inspect: not simulated without --format\n");
  const lines = found.flatMap((container) =>
    container
      ? [
          filled(format, {
            ".Id": container.id,
            ".Name": container.name,
            ".RestartCount": String(container.restarts),
            ".State.Status": container.state,
            ".State.ExitCode": String(container.exitCode),
            ".Config.Image": container.image,
            ".Image": instance.node.image?.digest ?? "",
          }),
        ]
      : [],
  );
  const stdout = lines.map((line) => `${line}\n`).join("");
  return lines.length < words.length ? { exitCode: 1, stdout, stderr: "Error: No such object\n" } : succeed(stdout);
}

function logs({ state, instance, args }: Invocation): Output {
  const tail = Number(option(args, "--tail", "-n") ?? Number.POSITIVE_INFINITY);
  const words = args.filter(
    (word, index) => !word.startsWith("-") && !["--tail", "-n"].includes(args[index - 1] ?? ""),
  );
  const container = named(containersOf(state, instance), words[0] ?? "");
  if (!container) return fail(1, `Error response from daemon: No such container: ${words[0] ?? ""}\n`);
  const lines = container.isApplication ? (instance.node.container?.log ?? []) : [];
  return succeed(
    lines
      .slice(-tail)
      .map((line) => `${line}\n`)
      .join(""),
  );
}

/** `exec [--detach] <container> <command> …`: only the application's own command is known in there. */
function exec(instance: Instance, args: readonly string[]): Resolved {
  const at = args.findIndex((word) => !word.startsWith("-"));
  const flags = args.slice(0, at);
  const [container = "", path = "", ...rest] = args.slice(at);
  const detached = flags.some((word) => word === "--detach" || word === "-d");
  const refused = (exitCode: number, words: string): Resolved => ({
    command: { takes: 100, end: () => fail(exitCode, `${words}\n`) },
    args: rest,
  });
  const found = named(applicationsOf(instance), container);
  if (!found) return refused(1, `Error response from daemon: No such container: ${container}`);
  if (found.state !== "running") return refused(1, `Error response from daemon: Container ${container} is not running`);
  if (!/^(?:\/usr\/local\/bin\/)?tfectl$/.test(path)) return refused(127, `exec: "${path}": not found`);
  const { command, args: left } = tfectl(rest);
  return { command: detached ? detach(command) : command, args: left };
}

/** It is begun, and goes on without anybody who waits for it or hears it. */
const detach = ({ begin }: NodeCommand): NodeCommand => ({
  takes: 300,
  begin: (invocation) => {
    begin?.(invocation);
    return undefined;
  },
  end: () => succeed(""),
});
