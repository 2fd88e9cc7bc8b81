/** What commands do on this machine, with or without a stack. Commands import no adapter themselves. */
export { packArchive, requireFolder, type Archive } from "../adapters/machine/bundleArchive";
export { systemClock } from "../adapters/machine/clock";
export { writeJobFiles } from "../adapters/machine/jobFiles";
export { readPlan, requireWritable, writePlan } from "../adapters/machine/planFile";
export { ttyPause, ttyPrompt } from "../adapters/machine/ttyPrompt";
export { workFolder } from "../adapters/machine/workFolder";
export { serveAllStacks } from "../adapters/page/allStacks";
export { openFile } from "../adapters/page/openFile";
export { reportPage } from "../adapters/page/reportPage";
export { isLoopback, serveStatus } from "../adapters/page/statusServer";
export { engineExecutable } from "../adapters/pulumi/engine/cache";
export { type Engine, type EngineOptions, ensureEngine, findEngine } from "../adapters/pulumi/engine/ensureEngine";
export { awsPlaceOf } from "../adapters/pulumi/stackPlace";
