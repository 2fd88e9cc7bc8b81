/** The commands of the CodeBuild project. Pure. */
import { ORCHESTRATOR } from "../contract";

/** The longest that CodeBuild lets a build last (36 hours): a drain may take a day. */
export const BUILD_MINUTES = 2160;
/** After this time a run is asked to stop at its next safe point; the next call resumes it. */
const STOP_AFTER_MINUTES = 2100;

/** The same as `npm run patch -- --latest --scheduled …`, without npm between the run and the signal that stops it. */
function patch(stack: string): string {
  const limited = `timeout --foreground --signal=INT --kill-after=15m --preserve-status ${STOP_AFTER_MINUTES}m`;
  const words = ORCHESTRATOR.patch(stack);
  return [
    `if [ -f ${ORCHESTRATOR.entry} ]; then ${limited} node --import tsx ${ORCHESTRATOR.entry} ${words}`,
    `else ${limited} node ${ORCHESTRATOR.installed} ${words}; fi`,
  ].join("; ");
}

/** A buildspec; JSON is YAML. */
export const buildspec = (stack: string): string =>
  JSON.stringify(
    {
      version: 0.2,
      phases: {
        install: { "runtime-versions": { nodejs: 22 }, commands: ["npm ci --no-audit --no-fund"] },
        build: { commands: [patch(stack)] },
      },
    },
    null,
    2,
  );
