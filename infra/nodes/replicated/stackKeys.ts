/** Keys of a stack's file that only nodes on Replicated have, and what no key can know alone. Pure. */
import { integer, sha256, stringMap, url } from "../../config/values";
import { mayBePublished } from "../settingTable";
import { INSTALLER_URL, SETTINGS, SHARED_DATABASE } from "./settings";

export const REPLICATED_KEYS = {
  releaseSequence: integer(1, 999_999).optional(),
  appConfig: stringMap("a map from settings to strings", /^[a-z][a-z0-9_]*$/).prefault("{}"),
  installerUrl: url("https").prefault(INSTALLER_URL),
  installerSha256: sha256().optional(),
  airgapPackageUrl: url("https", "s3").optional(),
  airgapPackageSha256: sha256().optional(),
  airgapInstallerUrl: url("https", "s3").optional(),
  airgapInstallerSha256: sha256().optional(),
};

type Key = keyof typeof REPLICATED_KEYS;

/** A value that says what holds anyway: the engine hands over the defaults of the project as if a stack had set them. */
export const REPLICATED_DEFAULTS: Readonly<Partial<Record<Key, string>>> = { installerUrl: INSTALLER_URL };

/** The rules, each with whether it is broken and the sentence about it. `appConfig` as given, JSON. */
export const unfitForReplicated = (
  has: (key: Key) => boolean,
  appConfig: string | undefined,
): readonly (readonly [broken: boolean, problem: string])[] => [
  [
    has("airgapPackageUrl") !== has("airgapInstallerUrl"),
    "airgapPackageUrl and airgapInstallerUrl require each other: an airgapped node can download neither from the vendor",
  ],
  [
    has("airgapPackageUrl") && has("installerSha256"),
    "installerSha256 is the digest of installerUrl, which an airgapped node does not use: set airgapInstallerSha256",
  ],
  [
    !has("airgapPackageUrl") && (has("airgapPackageSha256") || has("airgapInstallerSha256")),
    "airgapPackageSha256 and airgapInstallerSha256 have no effect without airgapPackageUrl",
  ],
  ...unfitSettings(appConfig),
];

function unfitSettings(appConfig: string | undefined): (readonly [boolean, string])[] {
  const settings = REPLICATED_KEYS.appConfig.safeParse(appConfig);
  if (!settings.success) return [];
  const secrets = Object.entries(settings.data).flatMap(([key, value]) =>
    mayBePublished(SETTINGS, key, value) ? [] : [key],
  );
  return [
    [secrets.length > 0, `appConfig must not contain secrets: move ${secrets.join(", ")} to the settings secret`],
    ...Object.entries(SHARED_DATABASE).map(
      ([key, value]) =>
        [
          (settings.data[key] ?? value) !== value,
          `appConfig.${key} must be "${value}": this stack runs Active/Active`,
        ] as const,
    ),
  ];
}
