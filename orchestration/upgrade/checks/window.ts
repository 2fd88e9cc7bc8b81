import { describeFit } from "../../domain/window/fitting";
import { lookAhead, WINDOW } from "../windows";
import { acceptable, type Check } from "./check";

/** The run may start now, as far as the stack's windows say. */
export const WINDOW_CHECKS: readonly Check[] = [
  acceptable(
    WINDOW,
    "a maintenance window is open and long enough",
    'Start again in the next window, or start outside of it: --now --because "…".',
    async (ctx) => {
      const seen = await lookAhead(ctx, ctx.plan, "all");
      const words = describeFit(seen, ctx.policy.calendar);
      return seen.fits ? { held: words } : words;
    },
  ),
];
