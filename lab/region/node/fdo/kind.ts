import { inEffect, strike } from "../../faultEffects";
import type { Instance, RegionState } from "../../model";
import { hex } from "../../random";
import { timestamp } from "../../text";
import type { NodeKind } from "../kind";
import { enter } from "../phases";
import { answer } from "./answers";
import { pullImage, readContainerScript } from "./installation";
import { startupChecks } from "./startupChecks";

export { isContainerScript } from "./installation";

/** Time that the checks before a start take. */
const CHECKS = 5000;
/** A runtime restarts what ended after a pause, which grows to a minute. */
const [FIRST_PAUSE, LONGEST_PAUSE] = [1000, 60_000];
const KEPT_LINES = 400;

/** A node on which the application is a container that restarts by itself whenever its process ends. */
export const FDO_KIND: NodeKind = {
  install: readContainerScript,
  bootFailure(state, instance) {
    const why = pullImage(state, instance);
    return why === undefined ? undefined : `FAILED: the image could not be pulled: ${why}`;
  },
  afterWord: 0,
  begin(state, { node }) {
    node.container ??= { id: hex(state, 64), startedAt: state.now, restarts: 0, exitCode: 0, log: [] };
    node.container.startedAt = state.now;
  },
  refusal(state, instance) {
    const checks = startupChecks(state, instance);
    for (const { name, error, ignored } of checks) {
      const line = error === undefined ? `check passed: name=${name} duration=1.2ms` : failedLine(name, error, ignored);
      write(state, instance, error === undefined ? "INFO" : ignored ? "WARN" : "ERROR", line);
    }
    const failed = checks
      .filter(({ error, ignored }) => error !== undefined && !ignored)
      .map(({ name }) => `"${name}"`);
    if (failed.length > 0) return `the following startup checks failed: checks=[${failed.join(" ")}]`;
    const [crashing] = inEffect(state, "process-ends", instance.id);
    if (!crashing) return undefined;
    strike(state, crashing.fault, `the application on ${instance.id} ended`);
    return "atlas: exit status 1";
  },
  refuse(state, { node }, why) {
    node.error = why;
    enter(state, node, "starting", state.now + CHECKS);
  },
  breakDown(state, instance) {
    const { container, error = "" } = instance.node;
    if (!container) return;
    write(state, instance, "ERROR", error);
    if (error.includes("startup checks")) write(state, instance, "ERROR", 'startup: error="startup checks failed"');
    container.exitCode = 1;
    container.restarts += 1;
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(container.restarts - 1, 10));
    enter(state, instance.node, "failed", state.now + pause);
  },
  started: (state, instance) => write(state, instance, "INFO", "TFE is now ready to use. Happy Terraforming!"),
  stopped({ node }) {
    delete node.container;
  },
  answer,
  concurrencySetting: "TFE_CAPACITY_CONCURRENCY",
};

const failedLine = (name: string, error: string, ignored: boolean): string =>
  `check failed${ignored ? " but ignored" : ""}: name=${name} duration="423.448µs" err=${JSON.stringify(error)}`;

function write(state: RegionState, { node }: Instance, level: string, text: string): void {
  const { container } = node;
  if (!container) return;
  container.log.push(`${timestamp(state.now)} [${level}]  terraform-enterprise: ${text}`);
  container.log.splice(0, container.log.length - KEPT_LINES);
}
