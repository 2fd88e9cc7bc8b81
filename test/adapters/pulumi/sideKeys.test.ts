import fc from "fast-check";
import { readStackFile } from "../../../infra/config/index";
import { SIDE_KEYS } from "../../../infra/config/packaging";
import { sideKeysIn } from "../../../orchestration/adapters/pulumi/sideKeys";
import { withBuildConfig } from "../../../orchestration/adapters/pulumi/stackFile";

const ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:";

const FILE = `# Of the platform team.
config:
  aws:region: eu-west-1
  # Reviewed every quarter.
  tfe:releaseSequence: "811" # the last one
  # Tuned in March.
  tfe:appConfig:
    capacity_concurrency: "8" # per node
  # Only while the vendor's own is slow.
  tfe:installerUrl: https://mirror.example.com/install.sh
  # Nodes.
  tfe:image: ami-0a
  tfe:settingsSecretArn: ${ARN}settings-A1b2C3
`;

const TO = {
  imageTag: "v202503-1",
  environment: JSON.stringify({ TFE_CAPACITY_CONCURRENCY: "8" }),
  settingsSecretArn: `${ARN}variables-A1b2C3`,
  licenseSecretArn: `${ARN}licence-A1b2C3`,
};

const moved = withBuildConfig(FILE, { imageTag: "v202503-1", image: "ami-0a", nodeKeys: TO });

test("a file is moved by its keys, and every comment above a key stays", () => {
  expect(moved).toBe(`# Of the platform team.
config:
  aws:region: eu-west-1
  # Reviewed every quarter.
  tfe:imageTag: "v202503-1" # the last one
  # Tuned in March.
  tfe:environment:
    TFE_CAPACITY_CONCURRENCY: "8"
  # Only while the vendor's own is slow.
  # Nodes.
  tfe:image: ami-0a
  tfe:settingsSecretArn: ${ARN}variables-A1b2C3
  tfe:licenseSecretArn: ${ARN}licence-A1b2C3
`);
});

test("and back: every value is what it was", () => {
  const before = sideKeysIn(readStackFile(FILE));
  const back = withBuildConfig(moved, { releaseSequence: 811, image: "ami-0a", nodeKeys: before });
  expect(readStackFile(back)).toEqual(readStackFile(FILE));
  expect(back).toContain("# Reviewed every quarter.\n  tfe:releaseSequence:");
});

test("the same side once more changes nothing, not a byte", () => {
  expect(withBuildConfig(moved, { imageTag: "v202503-1", image: "ami-0a", nodeKeys: TO })).toBe(moved);
});

test("the release of the change wins over the one that a side was written down with", () => {
  const later = withBuildConfig(moved, { imageTag: "1.2.2", imageDigest: "1.2.2@sha256:0", nodeKeys: TO });
  expect(sideKeysIn(readStackFile(later))).toMatchObject({ imageTag: "1.2.2", imageDigest: "1.2.2@sha256:0" });
});

test("any side reads back as it was written, whatever its values are", () => {
  const value = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }).filter((text) => !/^[[{]/.test(text));
  const keys = SIDE_KEYS.filter((key) => !["environment", "appConfig", "noProxy"].includes(key));
  const side = fc
    .tuple(
      fc.dictionary(fc.constantFrom(...keys), value),
      fc.dictionary(fc.constantFrom("TFE_A", "TFE_B"), value, { minKeys: 1 }),
    )
    .map(([plain, map]) => ({ ...plain, environment: JSON.stringify(map) }));
  fc.assert(
    fc.property(side, side, (one, other) => {
      const first = withBuildConfig(FILE, { nodeKeys: one });
      expect(sideKeysIn(readStackFile(first))).toEqual(one);
      const second = withBuildConfig(first, { nodeKeys: other });
      expect(sideKeysIn(readStackFile(second))).toEqual(other);
    }),
  );
});
