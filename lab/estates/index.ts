import { closest } from "fastest-levenshtein";
import { DEFAULTS } from "../region/defaults";
import type { Elsewhere } from "./elsewhere";
import { HVD } from "./hvd";
import { PLAIN } from "./plain";
import { VENDOR_MODULE } from "./vendorModule";

/** What stands in a lab: nodes of a stack of ours, or a fleet that somebody else's code built. */
type Estate =
  | {
      /** Keys of the stack's first configuration that this estate has and others have not. */
      readonly config: Readonly<Record<string, unknown>>;
    }
  | { readonly elsewhere: Elsewhere };

const { secrets, hosts } = DEFAULTS;

export const ESTATES = {
  default: { config: { releaseSequence: "610", settingsSecretArn: secrets.settings } },
  fdo: {
    config: {
      imageTag: "v202503-1",
      settingsSecretArn: secrets.variables,
      environment: {
        TFE_DATABASE_HOST: hosts.database,
        TFE_DATABASE_NAME: "tfe",
        TFE_DATABASE_USER: "tfe",
        TFE_OBJECT_STORAGE_TYPE: "s3",
        TFE_OBJECT_STORAGE_S3_BUCKET: DEFAULTS.bucket,
        TFE_OBJECT_STORAGE_S3_REGION: DEFAULTS.region,
        TFE_OBJECT_STORAGE_S3_USE_INSTANCE_PROFILE: "true",
        TFE_REDIS_HOST: `${hosts.redis}:6379`,
        TFE_REDIS_USE_AUTH: "true",
        TFE_CAPACITY_CONCURRENCY: "10",
        TFE_CAPACITY_MEMORY: "2048",
      },
    },
  },
  "vendor-module": { elsewhere: VENDOR_MODULE },
  hvd: { elsewhere: HVD },
  plain: { elsewhere: PLAIN },
} as const satisfies Readonly<Record<string, Estate>>;

export type EstateName = keyof typeof ESTATES;

export const ESTATE_NAMES = Object.keys(ESTATES) as [EstateName, ...EstateName[]];

/** The fleet that somebody else's code built; undefined: the estate is a stack of ours. */
export function elsewhereIn(name: EstateName): Elsewhere | undefined {
  const estate: Estate = ESTATES[name];
  return "elsewhere" in estate ? estate.elsewhere : undefined;
}

/** What a new lab has that was not asked for another. */
export const USUAL_ESTATE: EstateName = "default";

/** No such estate, or another than the one that stands there; the message says what to do. */
export class LabEstateError extends Error {
  override readonly name = "LabEstateError";
}

/** Throws `LabEstateError`. */
export function estateNamed(name: string | undefined): EstateName | undefined {
  const found = ESTATE_NAMES.find((each) => each === name);
  if (name === undefined || found !== undefined) return found;
  throw new LabEstateError(`unknown estate "${name}". Did you mean ${closest(name, ESTATE_NAMES)}?`);
}
