import type { JournalEntry } from "../journal";
import type { Span } from "../outage";
import { of } from "./attempts";

export interface VersionSpan extends Span {
  readonly version: number;
  /** Staged: newest of the template, but not yet what the group launches. */
  readonly use: "staged" | "active";
}

/** Which version of the launch template was staged when, and which was active. */
export function versionSpans(entries: readonly JournalEntry[], from: number, asOf: number): readonly VersionSpan[] {
  const found = of(entries, "fleet.found")[0]?.nodes.flatMap(({ templateVersion }) => templateVersion ?? []) ?? [];
  const pins = [
    ...found.slice(0, 1).map((version) => ({ at: from, version })),
    ...of(entries, "one.asked").map(({ at, templateVersion }) => ({ at, version: templateVersion })),
  ].filter((pin, index, all) => all[index - 1]?.version !== pin.version);
  const active = pins.map(({ at, version }, index): VersionSpan => {
    return { version, use: "active", from: at, to: pins[index + 1]?.at ?? asOf };
  });
  const builds = of(entries, "stage.built").filter(
    ({ templateVersion }, index, all) => all.findIndex((other) => other.templateVersion === templateVersion) === index,
  );
  const staged = builds.map(({ at, templateVersion: version }): VersionSpan => {
    return { version, use: "staged", from: at, to: pins.find((pin) => pin.version === version)?.at ?? asOf };
  });
  return [...active, ...staged].sort((a, b) => a.version - b.version || a.from - b.from);
}
