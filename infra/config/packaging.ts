/** Which kind of nodes a stack has, and the keys that only the other kind knows. Pure. */
import { CONTAINER_DEFAULTS, CONTAINER_KEYS, unfitForContainers } from "../nodes/fdo/stackKeys";
import { REPLICATED_DEFAULTS, REPLICATED_KEYS, unfitForReplicated } from "../nodes/replicated/stackKeys";

/**
 * Keys that describe the nodes of one packaging: those that only one kind knows, and those of both that name another thing for each. A
 * fleet that moves from one packaging to the other has them all written anew.
 */
export const SIDE_KEYS: readonly string[] = [
  ...Object.keys(CONTAINER_KEYS),
  ...Object.keys(REPLICATED_KEYS),
  "settingsSecretArn",
  "licenseSecretArn",
  "noProxy",
];

/** One of them. */
export const SIDE_KEY = new RegExp(`^(?:${SIDE_KEYS.join("|")})$`);

type Key = keyof typeof CONTAINER_KEYS | keyof typeof REPLICATED_KEYS;

/** A rule that is broken or not, and the sentence about it. */
type Rule = readonly [broken: boolean, problem: string];

const DEFAULTS: Readonly<Partial<Record<Key, string>>> = { ...CONTAINER_DEFAULTS, ...REPLICATED_DEFAULTS };

/** An image's tag makes it a stack of containers. Values as given: what is wrong with one in itself is said elsewhere. */
export function unfitPackaging(
  values: Readonly<Partial<Record<Key, string>>>,
  has: (key: Key) => boolean,
): readonly Rule[] {
  const isSet = (key: Key): boolean => has(key) && values[key] !== DEFAULTS[key];
  const unfit = (keys: object): readonly string[] => (Object.keys(keys) as Key[]).filter(isSet);
  if (has("imageTag")) {
    const others = unfit(REPLICATED_KEYS);
    const problem = `imageTag is for nodes with a container, and ${others.join(", ")} for nodes on Replicated: remove one or the other`;
    return [[others.length > 0, problem], ...unfitForContainers(values)];
  }
  const others = unfit(CONTAINER_KEYS);
  return [
    [
      !has("releaseSequence") && !has("airgapPackageUrl"),
      "imageTag (nodes with a container) or releaseSequence (nodes on Replicated) is required: no airgapPackageUrl decides the release",
    ],
    [others.length > 0, `${others.join(", ")} ${others.length === 1 ? "has" : "have"} no effect without imageTag`],
    ...unfitForReplicated(has, values.appConfig),
  ];
}
