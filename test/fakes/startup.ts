import type { Tfe } from "../../orchestration/ports/tfe";

/** A node with such a failure says so from its boot on, and never starts. `failures`: in words, by the node's id. */
export function failingToStart(tfe: Tfe, failures: ReadonlyMap<string, string>): Tfe {
  return {
    ...tfe,
    observe: async (node) => {
      const answers = await tfe.observe(node);
      const failure = node.made ? failures.get(node.value.instanceId) : undefined;
      if (failure === undefined || answers.state === "unknown") return answers;
      return { ...answers, state: "failed", failure, inWords: failure };
    },
  };
}
