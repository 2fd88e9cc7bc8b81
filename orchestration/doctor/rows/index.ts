import type { Row } from "../row";
import { CLOUD_ROWS } from "./cloud";
import { FLEET_ROWS } from "./fleet";
import { RECORD_ROWS } from "./records";
import { STACK_ROWS } from "./stack";
import { TOOL_ROWS } from "./tools";

/** Everything that is looked at, in the order in which it is shown. The table in docs/operations.md is this list. */
export const ROWS: readonly Row[] = [...TOOL_ROWS, ...STACK_ROWS, ...CLOUD_ROWS, ...FLEET_ROWS, ...RECORD_ROWS];
