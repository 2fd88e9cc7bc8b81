import { VENDOR_REPOSITORY } from "../../../infra/nodes/fdo/registry";
import type { NodeShell } from "../../ports/nodeShell";
import type { Dialect, DialectOptions } from "../dialect";
import { type Fdo, fdo } from "./commands";
import type { Runtime } from "./containers";
import { ofEitherRuntime } from "./runtimes";
import { TAG_KEYS } from "./tags";
import { FACTS, tfeOver } from "./tfe";

/** Terraform Enterprise in a container: "flexible deployment options". */
export const FDO: Dialect = {
  packaging: "fdo",
  keys: TAG_KEYS,
  facts: FACTS,
  node: (shell, options) => nodeOf(shell, options),
};

function nodeOf(shell: NodeShell, options: DialectOptions): ReturnType<Dialect["node"]> {
  const place = {
    runtime: options.containerRuntime ?? "docker",
    host: (options.hostname ?? "").replace(/:\d+$/, ""),
    imageRepository: options.imageRepository ?? VENDOR_REPOSITORY,
    registrySecretArn: options.registrySecretArn,
    licenseSecretArn: options.licenseSecretArn,
    proxyUrl: options.proxyUrl,
    noProxy: options.noProxy ?? [],
  };
  const of = (runtime: Runtime): Fdo => fdo(shell, { ...place, runtime });
  const commands = ofEitherRuntime({ docker: of("docker"), podman: of("podman") }, place.runtime);
  return tfeOver(commands, { ...place, workerImages: options.workerImages });
}
