/** The commands of the CodeBuild project of a stack's job. Pure. */
import { ORCHESTRATOR } from "../contract";
import { CALL_ENV, END_ENV, END_FILE } from "../rollout/contract";

/** The longest that CodeBuild lets a build last (36 hours): a drain may take a day. */
export const BUILD_MINUTES = 2160;
/** After this time a run is asked to stop at its next safe point; the next call resumes it. */
const STOP_AFTER_MINUTES = 2100;

/**
 * The verb that the state machine of rollouts asks for, else the same as `npm run patch -- --latest --scheduled …`; without npm between
 * the run and the signal that stops it.
 */
function call(stack: string): string {
  const limited = `timeout --foreground --signal=INT --kill-after=15m --preserve-status ${STOP_AFTER_MINUTES}m`;
  return [
    `if [ -n "$${CALL_ENV}" ]; then set -- $${CALL_ENV} --stack ${stack} --json --end ${END_FILE}; else set -- ${ORCHESTRATOR.patch(stack)}; fi`,
    `if [ -f ${ORCHESTRATOR.entry} ]; then ${limited} node --import tsx ${ORCHESTRATOR.entry} "$@"`,
    `else ${limited} node ${ORCHESTRATOR.installed} "$@"; fi`,
  ].join("; ");
}

/** A buildspec; JSON is YAML. */
export const buildspec = (stack: string): string =>
  JSON.stringify(
    {
      version: 0.2,
      env: { "exported-variables": [END_ENV] },
      phases: {
        install: { "runtime-versions": { nodejs: 22 }, commands: ["npm ci --no-audit --no-fund"] },
        build: { commands: [call(stack)] },
        // It comes after a build that failed, too.
        post_build: { commands: [`export ${END_ENV}="$(cat ${END_FILE} 2>/dev/null)"`] },
      },
    },
    null,
    2,
  );
