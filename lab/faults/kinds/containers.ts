import type { FaultEffect, Registry } from "../../region/model";
import type { Act, Entry } from "../entry";
import { onNode } from "./onNode";

/** Faults of nodes whose application is a container, and of the registry that they pull its image from. */
export const CONTAINER_FAULTS = {
  "licence-expired": {
    does: "The licence has expired: the vendor's registry lets no node in any more.",
    standsFor: "a licence that nobody renewed, found when an image is needed",
    when: "now",
    act: onNode(1, (_, state) => {
      const ended = new Date(state.now - HOUR).toISOString();
      for (const [arn, text] of Object.entries(state.secrets))
        state.secrets[arn] = text.replace(/licence, expires \S+/, `licence, expires ${ended}`);
      return `the licence ended ${ended}`;
    }),
  },
  "registry-down": {
    does: "The registry answers every pull with 503.",
    standsFor: "a registry that is down, or a mirror that was cleaned up",
    when: "now",
    act: registry({ isDown: true }, "the registry is down"),
  },
  "pull-fails": {
    does: "The image cannot be pulled on the first new node.",
    standsFor: "a registry that fails once the service is down",
    when: "launch",
    for: "ever",
    times: "any",
    target: "first-new",
    effect: () => ({ kind: "images-refused" }),
  },
  "image-corrupt": {
    does: "The registry sends the first new node another image than the digest names.",
    standsFor: "a mirror, or a proxy, with wrong content",
    when: "launch",
    for: "ever",
    times: "any",
    target: "first-new",
    effect: () => ({ kind: "images-corrupt" }),
  },
  "tag-moved": {
    does: "From staging on, every tag stands for another image than before.",
    standsFor: "a release that the vendor pushed anew under the same tag",
    when: "staged",
    for: "ever",
    times: "any",
    effect: () => ({ kind: "tags-moved" }),
  },
  "startup-license-fails": {
    does: "The startup check `license` of the first new node fails, whenever it starts.",
    standsFor: "a licence secret with the wrong content",
    when: "launch",
    for: "ever",
    times: "any",
    target: "first-new",
    effect: startupCheck("license"),
  },
  "startup-database-fails": {
    does: "The startup check `database` of the first new node fails, whenever it starts.",
    standsFor: "a database that the new node does not reach",
    when: "launch",
    for: "ever",
    times: "any",
    target: "first-new",
    effect: startupCheck("database"),
  },
  "startup-redis-fails": {
    does: "The startup check `redis` of the first new node fails, whenever it starts.",
    standsFor: "a Redis password that was rotated on one side only",
    when: "launch",
    for: "ever",
    times: "any",
    target: "first-new",
    effect: startupCheck("redis"),
  },
  "crash-loop": {
    does: "The application on the first new node passes its checks, and ends, again and again.",
    standsFor: "a container that its runtime restarts for ever",
    when: "launch",
    for: "ever",
    times: "any",
    target: "first-new",
    effect: () => ({ kind: "process-ends" }),
  },
  "drain-unheard": {
    does: "The drain of the first old node reaches no worker: the command ends well, and the node keeps taking runs.",
    standsFor: "a drain of a release before v202410-1 that signals nobody",
    when: "now",
    for: "ever",
    times: "any",
    target: "first-old",
    effect: () => ({ kind: "drain-unheard" }),
  },
  "upgrade-check-warns": {
    does: "The pre-upgrade check of the next release passes with a warning.",
    standsFor: "a release that needs something of its operator",
    when: "now",
    act: registry({ upgradeCheck: "warning" }, "the pre-upgrade check will warn"),
  },
  "upgrade-check-fails": {
    does: "The pre-upgrade check of the next release fails.",
    standsFor: "a setting that the next release does not take any more",
    when: "now",
    act: registry({ upgradeCheck: "failed" }, "the pre-upgrade check will fail"),
  },
  "upgrade-check-broken": {
    does: "The pre-upgrade check of the next release cannot be run.",
    standsFor: "a check that does not reach the database from its container",
    when: "now",
    act: registry({ upgradeCheck: "could not run" }, "the pre-upgrade check will not run"),
  },
  "database-thirteen": {
    does: "The database runs PostgreSQL 13, which newer releases do not support.",
    standsFor: "a database that must be upgraded on the way",
    when: "now",
    act: onNode(1, (_, state) => {
      for (const database of state.dbInstances) database.engineVersion = "13.20";
      return "the database is PostgreSQL 13.20";
    }),
  },
} as const satisfies Readonly<Record<string, Entry>>;

const HOUR = 3_600_000;

function startupCheck(check: string): () => FaultEffect {
  return () => ({ kind: "startup-check-fails", check });
}

/** Once the fleet is there: a first build must not fail of it. */
function registry(change: Registry, words: string): Act {
  return onNode(1, (_, state) => {
    state.registry = { ...state.registry, ...change };
    return words;
  });
}
