import { AwsError, type TemplateInput } from "./api";
import { findTemplate } from "./find";
import type { LaunchTemplate, LaunchTemplateVersion, RegionState, Tags } from "./model";
import { scriptIn } from "./node/userData";
import { hex } from "./random";
import { witnessText } from "./secretsWitness";

function version(state: RegionState, number: number, input: TemplateInput): LaunchTemplateVersion {
  witnessText(state, `user data of template version ${number}`, scriptIn(input.userData));
  return {
    number,
    description: input.description ?? "",
    createdAt: state.now,
    imageId: input.imageId,
    instanceType: input.instanceType,
    userData: input.userData,
    instanceTags: { ...input.instanceTags },
    data: { ...input.data },
  };
}

export function createLaunchTemplate(
  state: RegionState,
  input: { name: string; tags?: Tags; version: TemplateInput },
): LaunchTemplate {
  if (state.launchTemplates.some((template) => template.name === input.name)) {
    throw new AwsError("InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name already in use.");
  }
  const template: LaunchTemplate = {
    id: `lt-0${hex(state, 16)}`,
    name: input.name,
    createdAt: state.now,
    defaultVersion: 1,
    versions: [version(state, 1, input.version)],
    tags: { ...input.tags },
  };
  state.launchTemplates.push(template);
  return template;
}

export function createLaunchTemplateVersion(
  state: RegionState,
  templateId: string,
  input: TemplateInput,
): LaunchTemplateVersion {
  const template = findTemplate(state, templateId);
  const next = version(state, (template.versions.at(-1)?.number ?? 0) + 1, input);
  template.versions.push(next);
  return next;
}

/** Instances live on: EC2 copied the template when it launched them. A group that uses it cannot launch any more. */
export function deleteLaunchTemplate(state: RegionState, templateId: string): void {
  const template = findTemplate(state, templateId);
  state.launchTemplates.splice(state.launchTemplates.indexOf(template), 1);
}
