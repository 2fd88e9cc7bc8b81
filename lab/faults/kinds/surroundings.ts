import { suspendProcesses, updateGroup } from "../../region/group/groups";
import type { BucketFlaw } from "../../region/model";
import { kindOf } from "../../region/node/kinds";
import { provisionsOf } from "../../region/provisions";
import type { Act, Entry } from "../entry";
import { onGroup } from "./onGroup";
import { onNode } from "./onNode";

const LICENCE = /licence, expires \S+/;
const HOUR = 3_600_000;

/** What is not as a run must find it: reasons not to start. Each is there at once and stays. */
export const SURROUNDINGS = {
  "group-unpinned": {
    does: "Somebody sets the group to launch the newest version of its template, whatever that is.",
    standsFor: "a group of the vendor's module, or a manual change",
    when: "now",
    interferes: true,
    act: onGroup((state, group) => {
      updateGroup(state, group.name, { launchTemplateVersion: "$Latest" });
      return `somebody unpinned ${group.name}`;
    }),
  },
  "process-suspended": {
    does: "Somebody suspends AZRebalance of the group and leaves it suspended.",
    standsFor: "another tool's, or another person's, unfinished work",
    when: "now",
    interferes: true,
    act: onGroup((state, group) => {
      suspendProcesses(state, group.name, ["AZRebalance"]);
      return `somebody suspended AZRebalance of ${group.name}`;
    }),
  },
  "mixed-releases": {
    does: "The second node runs another release than the first.",
    standsFor: "an upgrade that somebody left unfinished",
    when: "now",
    act: onNode(1, ({ id, node }) => {
      node.release += 1;
      return `${id} runs ${node.release}`;
    }),
  },
  "node-sick": {
    does: "The application on the second node has stopped with an error.",
    standsFor: "a node that is unhealthy before the run",
    when: "now",
    act: onNode(1, ({ id, node }) => {
      node.phase = "failed";
      node.phaseEndsAt = undefined;
      node.error = "the application has stopped";
      return `the application on ${id} stopped`;
    }),
  },
  "licence-expires": {
    does: "The licence expires within the hour.",
    standsFor: "a licence that nobody renewed",
    when: "now",
    act: (state) => ({
      act: () => {
        const ends = new Date(state.now + HOUR).toISOString();
        for (const [arn, text] of Object.entries(state.secrets)) {
          state.secrets[arn] = text.replace(LICENCE, `licence, expires ${ends}`);
        }
        return `the licence ends ${ends}`;
      },
    }),
  },
  "disk-full": {
    does: "The first node has 2 GiB of disk left.",
    standsFor: "the most common cause of failed upgrades",
    when: "now",
    act: onNode(0, ({ id, node }) => {
      node.diskFree = 2 * 1024 ** 3;
      return `${id} has 2 GiB left`;
    }),
  },
  "container-unknown": {
    does: "The first node runs a container of an image that nobody here knows.",
    standsFor: "a sidecar of the site's own, or runs in an image that no setting names",
    when: "now",
    act: onNode(0, ({ id, node }) => {
      node.containers = [{ image: "acme/watcher:3", name: "watcher" }];
      return `${id} runs acme/watcher:3`;
    }),
  },
  "settings-drift": {
    does: "Somebody sets capacity_concurrency (of a container, TFE_CAPACITY_CONCURRENCY) of the first node to 20.",
    standsFor: "a setting that was changed only on one node",
    when: "now",
    act: onNode(0, (instance) => {
      const { id, node } = instance;
      const key = kindOf(instance).concurrencySetting;
      node.settings[key] = "20";
      // A container was given its settings when it started: somebody started it by hand.
      if (node.container) node.settingsInEffect[key] = "20";
      return `somebody set ${key} of ${id}`;
    }),
  },
  "image-gone": {
    does: "Every image is deregistered.",
    standsFor: "an image that was cleaned up, or is not shared with the account",
    when: "now",
    act: (state) => ({
      act: () => {
        const ids = state.images.splice(0).map(({ id }) => id);
        return `${ids.join(", ")} deregistered`;
      },
    }),
  },
  "image-for-arm": {
    does: "Every image is for arm64 processors.",
    standsFor: "an image of the wrong architecture",
    when: "now",
    act: (state) => ({
      act: () => {
        for (const image of state.images) image.architecture = "arm64";
        return "the images are for arm64";
      },
    }),
  },
  "type-not-offered": {
    does: "The group's second zone does not offer the instance type.",
    standsFor: "a zone that lacks the type",
    when: "now",
    act: onGroup((state, group) => {
      const zone = group.zones.at(-1) ?? "";
      provisionsOf(state).zonesWithoutTypes.push(zone);
      return `${zone} offers no instance type`;
    }),
  },
  "quota-lowered": {
    does: "The account's quota of vCPUs is lowered to 4.",
    standsFor: "an account whose quota is used up",
    when: "now",
    act: (state) => ({
      act: () => {
        provisionsOf(state).vcpuQuota = 4;
        return "the quota of vCPUs is 4";
      },
    }),
  },
  "slow-deregistration": {
    does: "The target group's deregistration delay is 300 seconds.",
    standsFor: "a target group with the default of AWS",
    when: "now",
    act: onGroup((state, group) => {
      for (const targets of state.targetGroups)
        if (group.targetGroupArns.includes(targets.arn)) targets.deregistrationDelay = 300;
      return `the target group of ${group.name} waits 300 s`;
    }),
  },
  "cross-zone-off": {
    does: "Cross-zone load balancing of the target group is turned off.",
    standsFor: "a Network Load Balancer with AWS's default, or a manual change",
    when: "now",
    act: onGroup((state, group) => {
      for (const targets of state.targetGroups)
        if (group.targetGroupArns.includes(targets.arn)) targets.crossZone = false;
      return `the target group of ${group.name} keeps to its zones`;
    }),
  },
  "database-old": {
    does: "The database runs an old version, PostgreSQL 10.",
    standsFor: "a database that is older than the release supports",
    when: "now",
    act: (state) => ({
      act: () => {
        for (const database of state.dbInstances) database.engineVersion = "10.23";
        return "the database is PostgreSQL 10.23";
      },
    }),
  },
  "backups-off": {
    does: "Automatic backups of the database are disabled.",
    standsFor: "a database with the default of the vendor's module",
    when: "now",
    act: (state) => ({
      act: () => {
        for (const database of state.dbInstances) database.backupRetentionPeriod = 0;
        return "the database is not backed up";
      },
    }),
  },
  "versions-off": {
    does: "The application's bucket does not keep old versions of its objects.",
    standsFor: "an object store that cannot be restored",
    when: "now",
    act: (state) => ({
      act: () => {
        const buckets = Object.keys(state.buckets);
        provisionsOf(state).unversionedBuckets.push(...buckets);
        return `${buckets.join(", ")} keeps no former versions`;
      },
    }),
  },
  "buckets-foreign": {
    does: "Every bucket belongs to another account.",
    standsFor: "the name of a deleted bucket that somebody else took",
    when: "now",
    act: everyBucket("foreign", "belongs to another account"),
  },
  "buckets-open": {
    does: "Public access to the buckets is not blocked.",
    standsFor: "a run store that anyone may come to write to",
    when: "now",
    act: everyBucket("open", "does not block public access"),
  },
  "buckets-unencrypted": {
    does: "The buckets do not encrypt their objects.",
    standsFor: "a bucket of a time when encryption was no default",
    when: "now",
    act: everyBucket("unencrypted", "does not encrypt"),
  },
} as const satisfies Readonly<Record<string, Entry>>;

function everyBucket(flaw: BucketFlaw, words: string): Act {
  return (state) => ({
    act: () => {
      const buckets = Object.keys(state.buckets);
      const provisions = provisionsOf(state);
      const flaws = provisions.bucketFlaws ?? {};
      for (const bucket of buckets) flaws[bucket] = [...(flaws[bucket] ?? []), flaw];
      state.provisions = { ...provisions, bucketFlaws: flaws };
      return `${buckets.join(", ")} ${words}`;
    },
  });
}
