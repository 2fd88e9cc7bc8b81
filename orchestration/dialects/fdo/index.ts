import { VENDOR_REPOSITORY } from "../../../infra/nodes/fdo/registry";
import type { NodeShell } from "../../ports/nodeShell";
import type { Dialect, DialectOptions } from "../dialect";
import { fdo } from "./commands";
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
  return tfeOver(fdo(shell, place), { ...place, workerImages: options.workerImages });
}
