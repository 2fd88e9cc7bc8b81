import type { Packaging } from "../domain/release";
import type { SettingFacts, Settings } from "../domain/settings";
import type { ReleaseKeys } from "./stack";

/** What a node of a fleet that other code built says of its application. Of a secret only a digest left the node. */
export interface RunningNode {
  readonly instanceId: string;
  readonly packaging: Packaging;
  /** The release that it runs, as a stack file names it; undefined: it was not asked, or did not say. */
  readonly release: ReleaseKeys | undefined;
  readonly settings: Settings;
  readonly facts: SettingFacts;
}
