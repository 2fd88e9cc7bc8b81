import type { Instance, RegionState } from "../model";
import type { Question, Reply } from "./kind";
import { kindOf } from "./kinds";

/** What the application answers to a request; undefined: it is not there, and nothing listens. */
export function answer(state: RegionState, instance: Instance, question: Question): Reply | undefined {
  return instance.state === "running" ? kindOf(instance).answer(state, instance, question) : undefined;
}
