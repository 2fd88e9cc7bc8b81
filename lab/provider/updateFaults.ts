import { providerRefusal } from "../aws/callFaults";
import { AwsError } from "../region/api";
import { inEffect, strike } from "../region/faultEffects";
import type { Context } from "./noun";

/** Carries out what the engine asks for, unless a fault comes before it, or between it and its answer. */
export async function carryOut<T>(
  verb: "create" | "update",
  type: string,
  context: Context,
  act: (context: Context) => Promise<T>,
): Promise<T> {
  const { state } = context.region;
  const refusal = type.startsWith("aws:") ? providerRefusal(state) : undefined;
  if (refusal) throw refusal;
  const [found] = inEffect(state, "updates-refused").filter(
    ({ effect }) => effect.verb === verb && effect.type === type,
  );
  if (!found) return act(context);
  const { fault, effect } = found;
  const what = effect.applied
    ? `carried out the ${verb} of ${type} and answered an error`
    : `refused to ${verb} ${type}`;
  strike(state, fault, `the Pulumi provider ${what}`);
  if (effect.applied) await act(context);
  throw new AwsError("InternalFailure", "The request processing has failed because of an unknown error", 500);
}
