/** Where the image comes from, and who opens the registry. Pure. */
import type { RoleRepository } from "../kind";

/** The vendor's own, where the licence is the password. */
const VENDOR_REGISTRY = "images.releases.hashicorp.com";

/** Where the image is unless a stack names another place. */
export const VENDOR_REPOSITORY = `${VENDOR_REGISTRY}/hashicorp/terraform-enterprise`;

/** The vendor's other one takes an access key, which is not the licence. */
const ACCESS_KEY_REGISTRY = "cp.icr.io";

/** `host[:port]/name`, without a tag. The host has a dot or a port: without either a runtime takes it for a name in its own default registry. */
export const REPOSITORY = /^(?=[^/]*[.:])[a-z0-9][a-z0-9.-]*(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+$/;

/** `<account>.dkr.ecr.<region>.amazonaws.com[.cn]`: the role of the instance gets its password. */
const ECR = /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

export interface ImageSource {
  /** Without a tag. */
  readonly imageRepository: string;
  readonly registrySecretArn?: string | undefined;
}

export interface Registry {
  readonly host: string;
  /** Whose password opens it. `none`: it asks nobody. */
  readonly login: "secret" | "licence" | "role" | "none";
  /** Of an ECR. */
  readonly region?: string | undefined;
}

const hostOf = ({ imageRepository }: ImageSource): string => imageRepository.split("/")[0] ?? "";

/** How a node logs in before it pulls. */
export function registryOf(source: ImageSource): Registry {
  const host = hostOf(source);
  const region = ECR.exec(host)?.[2];
  if (source.registrySecretArn !== undefined) return { host, login: "secret" };
  if (host === VENDOR_REGISTRY) return { host, login: "licence" };
  return region === undefined ? { host, login: "none" } : { host, login: "role", region };
}

/** Whether only a secret with user name and password opens the registry. */
export const needsSecret = (imageRepository: string): boolean => hostOf({ imageRepository }) === ACCESS_KEY_REGISTRY;

/** Undefined: the role does not pull. */
export function roleRepository(source: ImageSource): RoleRepository | undefined {
  if (registryOf(source).login !== "role") return undefined;
  const [host = "", ...name] = source.imageRepository.split("/");
  const [, account = "", region = ""] = ECR.exec(host) ?? [];
  return { account, region, name: name.join("/") };
}
