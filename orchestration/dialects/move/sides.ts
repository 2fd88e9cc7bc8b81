/** What a stack's file says of nodes with a container that take over from nodes on Replicated. Pure. */
import type { StackConfig } from "../../../infra/config/index";
import type { Move, Side } from "../../domain/move/move";
import { compareReleases, type Release, RELEASES } from "../../domain/release";
import type { SettingsSinceBuild } from "../../domain/settings";
import type { Survey } from "../../ports/moving";
import { mapSettings } from "./mapping";

/** Since then a container reads a user name of Redis. Source: release notes of v202503-1. */
const READS_REDIS_USER = RELEASES.find((release) => release === "v202503-1");

/** The side that the settings of a node come to. `keys`: as the operator names them. */
export function surveyed(
  settings: SettingsSinceBuild,
  config: StackConfig,
  release: Release,
  keys: Side["keys"],
): Survey {
  const mapped = mapSettings(settings, {
    hostname: config.hostname.replace(/:\d+$/, ""),
    noProxy: config.noProxy,
    proxied: config.proxyUrl !== undefined,
    hasAuthorities: config.caBundleSecretArn !== undefined,
    readsRedisUser: READS_REDIS_USER !== undefined && compareReleases(release, READS_REDIS_USER) >= 0,
  });
  const built = config.services === "build" ? [BUILT] : [];
  return {
    to: { packaging: "fdo", keys: sideKeys(config, release, mapped.environment, mapped.noProxy, keys) },
    secrets: mapped.secrets,
    problems: [...built, ...mapped.problems],
    notes: mapped.notes,
  };
}

/** What the stack has built it fills itself, with what one kind of nodes reads. */
const BUILT = "services: build is not moved: the stack itself writes the secret that its nodes read";

function sideKeys(
  config: StackConfig,
  release: Release,
  environment: Readonly<Record<string, string>>,
  noProxy: readonly string[],
  keys: Side["keys"],
): Side["keys"] {
  return {
    imageTag: release,
    environment: JSON.stringify(sorted(environment)),
    licenseSecretArn: config.licenseSecretArn,
    // Until a node has written its own, the present one stands for it.
    ...(config.settingsSecretArn === undefined ? {} : { settingsSecretArn: config.settingsSecretArn }),
    ...(noProxy.length === 0 ? {} : { noProxy: JSON.stringify(noProxy) }),
    ...keys,
  };
}

/** The variables of a side that are no secrets. */
export function environmentOf({ to }: Pick<Move, "to">): Readonly<Record<string, string>> {
  const text = to.keys["environment"];
  return text === undefined ? {} : (JSON.parse(text) as Readonly<Record<string, string>>);
}

const sorted = (map: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1)));
