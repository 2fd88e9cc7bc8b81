import { inEffect, strike } from "../faultEffects";
import type { RegionState } from "../model";

/** An alarm of the site's own monitoring, as it is now. */
export interface Alarm {
  readonly name: string;
  readonly type: "metric" | "composite";
  readonly state: "OK" | "ALARM" | "INSUFFICIENT_DATA";
  readonly reason: string;
}

const MINUTE = 60_000;

/** Nodes that the site expects behind its load balancer. */
const EXPECTED_HOSTS = 2;

/**
 * What a site would watch of its own accord: requests without an answer in the last minute, healthy targets, and both together. The first
 * and the last are set off by every outage; the second is in ALARM until the second node is behind the load balancer.
 */
export function alarmsOf(state: RegionState): readonly Alarm[] {
  const unanswered = ofRequests(state);
  const hosts = ofHosts(state);
  const isRed = unanswered.state === "ALARM";
  const service: Alarm = {
    name: "tfe-service",
    type: "composite",
    state: isRed ? "ALARM" : "OK",
    reason: isRed ? `alarm ${unanswered.name} transitioned to ALARM` : "",
  };
  return [unanswered, hosts, service];
}

function ofRequests(state: RegionState): Alarm {
  const about = { name: "tfe-unanswered", type: "metric" } as const;
  const [raised] = inEffect(state, "alarm-raised");
  if (raised) {
    if (raised.fault.struck === 0) strike(state, raised.fault, `${about.name} went to ALARM`);
    return {
      ...about,
      state: "ALARM",
      reason: "Threshold Crossed: 1 datapoint [7.0] was greater than the threshold (0.0)",
    };
  }
  const { unansweredAt } = state.witness;
  return unansweredAt !== undefined && state.now - unansweredAt < MINUTE
    ? { ...about, state: "ALARM", reason: "Threshold Crossed: 1 datapoint [60.0] was greater than the threshold (0.0)" }
    : { ...about, state: "OK", reason: "" };
}

function ofHosts({ targetGroups }: RegionState): Alarm {
  const about = { name: "tfe-healthy-hosts", type: "metric" } as const;
  if (targetGroups.length === 0)
    return { ...about, state: "INSUFFICIENT_DATA", reason: "Unchecked: Initial alarm creation" };
  const healthy = targetGroups.flatMap(({ targets }) => targets).filter((target) => target.state === "healthy").length;
  return healthy >= EXPECTED_HOSTS
    ? { ...about, state: "OK", reason: "" }
    : {
        ...about,
        state: "ALARM",
        reason: `Threshold Crossed: ${healthy} is less than the threshold (${EXPECTED_HOSTS})`,
      };
}
