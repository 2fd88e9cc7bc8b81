import { VENDOR_REPOSITORY } from "../../../infra/nodes/fdo/registry";
import type { NodeShell } from "../../ports/nodeShell";
import type { Dialect, DialectOptions } from "../dialect";
import { type Fdo, fdo, type Place } from "./commands";
import type { Runtime } from "./containers";
import { ofEitherRuntime } from "./runtimes";
import { TAG_KEYS } from "./tags";
import { FACTS, theApplication, tfeOver } from "./tfe";

/** Terraform Enterprise in a container: "flexible deployment options". */
export const FDO: Dialect = {
  packaging: "fdo",
  keys: TAG_KEYS,
  facts: FACTS,
  node: (shell, options) => nodeOf(shell, options),
  async keepSettings(shell, options, node, kept) {
    const commands = commandsOf(shell, placeOf(options));
    const { id } = await theApplication(commands, node);
    return commands.keepSettings(node, id, kept);
  },
};

function nodeOf(shell: NodeShell, options: DialectOptions): ReturnType<Dialect["node"]> {
  const place = placeOf(options);
  return tfeOver(commandsOf(shell, place), {
    ...place,
    workerImages: options.workerImages,
    settingsSecretArn: options.settingsSecretArn,
  });
}

function commandsOf(shell: NodeShell, place: Place): Fdo {
  const of = (runtime: Runtime): Fdo => fdo(shell, { ...place, runtime });
  return ofEitherRuntime({ docker: of("docker"), podman: of("podman") }, place.runtime);
}

function placeOf(options: DialectOptions): Place {
  return {
    runtime: options.containerRuntime ?? "docker",
    host: (options.hostname ?? "").replace(/:\d+$/, ""),
    imageRepository: options.imageRepository ?? VENDOR_REPOSITORY,
    registrySecretArn: options.registrySecretArn,
    licenseSecretArn: options.licenseSecretArn,
    proxyUrl: options.proxyUrl,
    noProxy: options.noProxy ?? [],
  };
}
