import type { z } from "zod";
import type { FACTS } from "../../orchestration/adapters/reporters/schema/facts";

/** The last line of `--json`, with releases as they are printed. */
export type PrintedFinish = z.input<(typeof FACTS)["run.finished"]>;
