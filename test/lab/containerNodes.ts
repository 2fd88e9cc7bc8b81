import { ESTATES } from "../../lab/estates";
import { DEFAULTS } from "../../lab/region/defaults";
import { renderUserData, type UserDataArgs } from "../../infra/nodes/fdo/userData";
import type { Instance } from "../../lab/region/model";
import { type EstateOptions, type LabEstate, NO_JOBS, started } from "./estate";

export const REPOSITORY = "images.releases.hashicorp.com/hashicorp/terraform-enterprise";
export const HOST = "tfe.example.com";

/** The user data of a node that runs a container, as the stack program makes it. */
export function containerScript(imageTag: string, more: Partial<UserDataArgs> = {}): string {
  const { secrets } = DEFAULTS;
  return renderUserData({
    hostname: HOST,
    imageRepository: REPOSITORY,
    imageTag,
    containerRuntime: "docker",
    environment: ESTATES.fdo.config.environment,
    settingsSecretArn: secrets.variables,
    licenseSecretArn: secrets.license,
    tlsCertificateSecretArn: secrets.tlsCertificate,
    tlsKeySecretArn: secrets.tlsKey,
    noProxy: [],
    ...more,
  });
}

/** Started nodes that run the container of a tag. */
export const containerLab = (tag: string, options: EstateOptions = {}, more: Partial<UserDataArgs> = {}): LabEstate =>
  started({ text: containerScript(tag, more), timings: NO_JOBS, ...options });

/** Replaces the nodes by one of another tag, by way of zero, and waits until it has started or failed. */
export function repaveTo(lab: LabEstate, tag: string, more: Partial<UserDataArgs> = {}): Instance {
  lab.pin(containerScript(tag, more));
  lab.scale(0);
  lab.until(() => lab.members().length === 0);
  lab.scale(1);
  lab.until(() => ["started", "failed"].includes(lab.members()[0]?.node.phase ?? ""));
  return lab.member();
}
