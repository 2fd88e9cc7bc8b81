import type { StackOutputs } from "../../infra/contract";
import type { EngineStackPort } from "../adapters/pulumi/stack";

/** The outputs that opened the stack answer the first question as well, unless an update came between. */
export function answering(engine: EngineStackPort, opened: StackOutputs): EngineStackPort {
  let known: StackOutputs | undefined = opened;
  const taken = (): StackOutputs | undefined => {
    const answer = known;
    known = undefined;
    return answer;
  };
  return {
    ...engine,
    outputs: async () => taken() ?? engine.outputs(),
    apply(...args) {
      taken();
      return engine.apply(...args);
    },
  };
}
