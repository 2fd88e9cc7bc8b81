import type { Deed } from "../deeds";
import type { Group, Instance, LifecycleHook, RegionState } from "../model";

/** The hooks of a group for a transition; all of them wait at the same time, so the longest decides. */
export function hookAt(group: Group, transition: LifecycleHook["transition"]): LifecycleHook | undefined {
  const found = (group.rules?.hooks ?? []).filter((hook) => hook.transition === transition);
  return found.reduce<LifecycleHook | undefined>(
    (longest, hook) => (longest && longest.heartbeatTimeout >= hook.heartbeatTimeout ? longest : hook),
    undefined,
  );
}

/**
 * The next deed of an instance at a transition: where a hook is set it waits first (`…:Wait`) until the hook is answered or its
 * time is over, and only then goes on.
 */
export function atTransition(
  state: RegionState,
  group: Group,
  instance: Instance,
  transition: LifecycleHook["transition"],
  then: { readonly proceed: () => void; readonly abandon: () => void },
  begins = state.now,
): Deed {
  const phase = transition === "autoscaling:EC2_INSTANCE_LAUNCHING" ? "Pending" : "Terminating";
  if (instance.lifecycle === `${phase}:Wait`) {
    const abandons = instance.hookResult === "ABANDON";
    return { at: instance.hookEndsAt ?? state.now, act: abandons ? then.abandon : then.proceed };
  }
  const hook = hookAt(group, transition);
  if (!hook) return { at: begins, act: then.proceed };
  return {
    at: begins,
    act: () => {
      instance.lifecycle = `${phase}:Wait`;
      instance.hookEndsAt = state.now + hook.heartbeatTimeout * 1000;
      instance.hookResult = hook.defaultResult;
    },
  };
}

/** CompleteLifecycleAction. */
export function answerHook(state: RegionState, instance: Instance, result: LifecycleHook["defaultResult"]): void {
  instance.hookEndsAt = state.now;
  instance.hookResult = result;
}
