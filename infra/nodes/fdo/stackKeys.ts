/** Keys of a stack's file that only nodes with a container have, and what no key can know alone. Pure. */
import { choice, secretArn, stringMap, text } from "../../config/values";
import { RUNTIMES } from "./containers";
import { unfitForEnvironment } from "./environment";
import { IMAGE_TAG, PINNED_TAG } from "./imageTag";
import { needsSecret, REPOSITORY, VENDOR_REPOSITORY } from "./registry";

export const CONTAINER_KEYS = {
  imageTag: text("the tag of a release (1.2.2, v202503-1)", IMAGE_TAG).optional(),
  imageDigest: text("a tag with its digest (1.2.2@sha256:…)", PINNED_TAG).optional(),
  imageRepository: text(
    "a repository with its registry, without a tag (registry.example.com/tfe)",
    REPOSITORY,
  ).prefault(VENDOR_REPOSITORY),
  registrySecretArn: secretArn().optional(),
  containerRuntime: choice(RUNTIMES).prefault("docker"),
  environment: stringMap("a map from variables (TFE_…) to strings", /^TFE_[A-Z0-9_]+$/).prefault("{}"),
};

type Key = keyof typeof CONTAINER_KEYS;

/** A value that says what holds anyway: the engine hands over the defaults of the project as if a stack had set them. */
export const CONTAINER_DEFAULTS: Readonly<Partial<Record<Key, string>>> = {
  imageRepository: VENDOR_REPOSITORY,
  containerRuntime: "docker",
};

/** The rules, each with whether it is broken and the sentence about it. Values as given: what is wrong with one in itself is said elsewhere. */
export const unfitForContainers = (
  values: Readonly<Partial<Record<Key, string>>>,
): readonly (readonly [broken: boolean, problem: string])[] => [
  [
    needsSecret(values.imageRepository ?? "") && values.registrySecretArn === undefined,
    "registrySecretArn is required for this imageRepository: its registry takes an access key, and not the licence",
  ],
  ...unfitVariables(values.environment),
];

function unfitVariables(environment: string | undefined): (readonly [boolean, string])[] {
  const variables = CONTAINER_KEYS.environment.safeParse(environment);
  if (!variables.success) return [];
  return Object.entries(variables.data).flatMap(([name, value]) => {
    const why = unfitForEnvironment(name, value);
    return why === undefined ? [] : [[true, `environment.${name} ${why}`] as const];
  });
}
