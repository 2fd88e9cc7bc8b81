import { createHash } from "node:crypto";
import { inEffect, strike } from "../../faultEffects";
import type { Instance, RegionState } from "../../model";
import { RELEASE_PLACES, releaseName } from "../../releases";
import { expiryIn, variable } from "../userData";
import { composeIn } from "./compose";

/** The first release that there is an image of. */
const FIRST_IMAGE = 733;

/** How often the vendor may have pushed a tag anew. */
const REVISIONS = [0, 1] as const;

/** What a registry has of a tag: `sha256:…` of its image, of which there is more than one where the tag was pushed anew. */
function digestsOf(tag: string): readonly string[] {
  return REVISIONS.map((revision) => {
    const image = revision === 0 ? tag : `${tag} again`;
    return `sha256:${createHash("sha256").update(`image ${image}`).digest("hex")}`;
  });
}

/** An image by what a reference names: `host/name:tag`, `host/name@sha256:…`. */
export interface ImageReference {
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

export function parseReference(reference: string): ImageReference {
  const [name = "", digest] = reference.split("@");
  const tag = /:(?<tag>[^/:]+)$/.exec(name)?.groups?.["tag"];
  return { repository: tag === undefined ? name : name.slice(0, -tag.length - 1), tag, digest };
}

/** The release in an image; undefined: no registry has it. */
export function releaseIn(reference: string): number | undefined {
  const { tag, digest } = parseReference(reference);
  return RELEASE_PLACES.find((place) => {
    const name = releaseName(place) ?? "";
    return place >= FIRST_IMAGE && (digest === undefined ? name === tag : digestsOf(name).includes(digest));
  });
}

/** What a reference stands for in the registry now; undefined: it has no such image. */
export function digestNow(state: RegionState, reference: string): string | undefined {
  const { digest } = parseReference(reference);
  const place = releaseIn(reference);
  if (place === undefined) return undefined;
  if (digest !== undefined) return digest;
  const [first, again] = digestsOf(releaseName(place) ?? "");
  const [moved] = inEffect(state, "tags-moved");
  if (moved) strike(state, moved.fault, `${reference} stood for another image`);
  return moved ? again : first;
}

/** Whom the registry lets in with what. */
export interface RegistryLogin {
  readonly registry: string;
  readonly how: string;
  readonly secretArn: string;
  readonly licenceArn: string;
}

/** How the script of a node's first boot logs in. */
export function loginOf(script: string): RegistryLogin {
  const compose = composeIn(script);
  if (compose) {
    const [registry = ""] = compose.image.split("/");
    return { registry, how: "licence", secretArn: "", licenceArn: compose.licenceArn };
  }
  return {
    registry: variable(script, "REGISTRY") ?? "",
    how: variable(script, "REGISTRY_LOGIN") ?? "none",
    secretArn: variable(script, "REGISTRY_SECRET_ARN") ?? "",
    licenceArn: variable(script, "LICENSE_SECRET_ARN") ?? "",
  };
}

const daemon = (words: string): string => `Error response from daemon: ${words}`;

/** Why the registry does not let a node in, as the runtime says it; undefined: it does. The vendor's takes no expired licence. */
export function loginRefusal(state: RegionState, login: RegistryLogin): string | undefined {
  const refused = daemon(`Get "https://${login.registry}/v2/": unauthorized: authentication required`);
  if (login.how === "licence") {
    const expires = expiryIn(state.secrets[login.licenceArn] ?? "");
    return expires !== undefined && Date.parse(expires) <= state.now ? refused : undefined;
  }
  return login.how === "secret" && state.secrets[login.secretArn] === undefined ? refused : undefined;
}

/** Why an image cannot be pulled by this node, as the runtime says it; undefined: it can. */
export function pullRefusal(state: RegionState, instance: Instance, reference: string): string | undefined {
  const unavailable = daemon("received unexpected HTTP status: 503 Service Unavailable");
  if (state.registry?.isDown) return unavailable;
  const [gone] = inEffect(state, "images-refused", instance.id);
  if (gone) {
    strike(state, gone.fault, `${instance.id} could not pull ${reference}`);
    return unavailable;
  }
  const [bad] = inEffect(state, "images-corrupt", instance.id);
  if (bad) {
    strike(state, bad.fault, `${instance.id} was sent another image than ${reference}`);
    return daemon("filesystem layer verification failed for digest");
  }
  if (digestNow(state, reference) !== undefined) return undefined;
  return daemon(`manifest for ${reference} not found: manifest unknown: manifest unknown`);
}
