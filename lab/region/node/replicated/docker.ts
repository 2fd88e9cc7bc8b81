import type { Instance, RegionState } from "../../model";
import { fail, type Invocation, option, type Output, succeed } from "../commands/command";
import { containerId } from "../beside";
import { containersOf } from "./machine";

/** `docker ps` and `docker inspect`. */
export function docker({ state, instance, args }: Invocation): Output {
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

/** Of containers by their ids: the image that each was created from. */
function inspect(state: RegionState, instance: Instance, args: readonly string[]): Output {
  const ids = args.filter((word) => /^[0-9a-f]{12,64}$/.test(word));
  const found = containersOf(state, instance).filter(({ name }) => ids.some((id) => containerId(name).startsWith(id)));
  if (found.length < ids.length) return fail(1, "Error: No such object\n");
  return succeed(found.map(({ name, image }) => `${containerId(name)} ${image}\n`).join(""));
}
