import "../../support/quietSdk";
import { DescribeLaunchTemplateVersionsCommand } from "@aws-sdk/client-ec2";
import type { CaseLab } from "../../torture/lab";
import type { DialectFacts } from "../dialects";
import type { Person } from "../person";

export interface Scene {
  readonly estate: CaseLab;
  readonly person: Person;
  readonly facts: DialectFacts;
}

/** Brings both nodes to the new release; resolves when it is known that they are healthy. */
export type Play = (scene: Scene) => Promise<void>;

/** What is otherwise in a fleet of this kind; it is done before the clock starts. */
export type Prepare = (scene: Scene) => Promise<void>;

/** A way to bring a fleet to another release. */
export interface Way {
  /** As `--way` and the last line of `--json` have it. */
  readonly name: string;
  readonly title: string;
  /** Where its steps are documented, and by which name. */
  readonly source: readonly [name: string, address: string];
  /** Its steps, in one sentence. */
  readonly steps: string;
  readonly prepare?: Prepare;
  readonly play: Play;
}

/** Number of the newest version of the group's launch template. */
export async function latestVersion(person: Person): Promise<number> {
  const LaunchTemplateId = (await person.group()).LaunchTemplate?.LaunchTemplateId;
  const { LaunchTemplateVersions: versions = [] } = await person.clients.ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId }),
  );
  return Math.max(0, ...versions.map(({ VersionNumber: number }) => number ?? 0));
}
