import type { Move } from "../../domain/move/move";
import { nodesToAsk } from "../../fleet/ask";
import type { FleetSeen } from "../../fleet/observe";
import { RepaveError } from "../../domain/errors";
import type { Inspection } from "../../ports/moving";
import type { NodeAddress } from "../../ports/nodeShell";
import { acceptable, check, INAPPLICABLE, type Check, type CheckContext, type Finding, type Looking } from "./check";

/** The settings of the running nodes can be those of the new ones, and what these boot from is there. */
export const MOVE_CHECKS: readonly Check[] = [
  check(
    "move-settings",
    "every setting of the nodes has a place in the new packaging",
    "Change what is named on every node with `npm run app-config -- set` and restart, or in the stack file; then plan the move again.",
    ofMove(async ({ ports, plan }, move, seen) => {
      const node = someNode(seen);
      const { problems, to, notes } = await ports.moving.survey(node, move.from, wished(move));
      const flaw = ports.moving.flaw(to);
      const all = [...problems, ...(flaw === undefined ? [] : [flaw])];
      if (all.length > 0) return all.join("; ");
      if (JSON.stringify(to.keys) !== JSON.stringify(move.to.keys))
        return `the settings of ${node.instanceId} have changed since the move of ${plan.stack} was planned`;
      return notes.length === 0 ? undefined : { held: notes.join("; ") };
    }),
  ),
  check(
    "move-secrets",
    "every secret setting is a text of one line",
    "A container is given its settings line by line. Change the settings that are named.",
    ofMove(async ({ inspected }) => (await inspected()).secrets),
  ),
  check(
    "move-licence",
    "the licence is one for a container",
    "Store the licence file (.hclic) as text in a secret, and name it: --license-secret ARN.",
    ofMove(async ({ inspected }) => (await inspected()).licence),
  ),
  acceptable(
    "move-authorities",
    "the certificate and its authorities are complete",
    "Put the whole chain of the server's certificate into the secret of tfe:caBundleSecretArn. In a container nothing else is trusted: plans and webhooks fail without it.",
    ofMove(async ({ inspected }) => (await inspected()).authorities),
  ),
  acceptable(
    "move-comparison",
    "the application itself would be configured the same",
    "Compare what the application exports of itself on a node with the plan. That export makes mistakes of its own.",
    ofMove(async ({ inspected }) => {
      const { comparison } = await inspected();
      if (!comparison) return { skipped: "not compared: this release has no export of its own" };
      return comparison.differences.join(", ") || undefined;
    }),
  ),
];

/** What the operator named of the new side, beside what comes from the nodes. */
const wished = ({ to }: Move): Move["to"]["keys"] =>
  Object.fromEntries(
    Object.entries(to.keys).filter(([key]) => !["imageTag", "imageDigest", "environment", "noProxy"].includes(key)),
  );

/** Of a move back nothing is read from a node: the old keys are as they were. */
function ofMove(
  look: (ctx: Looking, move: Move, seen: FleetSeen) => Promise<Finding>,
): (ctx: Looking, seen: FleetSeen) => Promise<Finding> {
  return async (ctx, seen) => {
    const { move } = ctx.plan;
    return move && move.undoes === undefined ? look(ctx, move, seen) : INAPPLICABLE;
  };
}

function someNode(seen: FleetSeen): NodeAddress {
  const [node] = nodesToAsk(seen);
  if (node) return node;
  throw new RepaveError("NODE_UNREACHABLE", "no node is running that could be asked");
}

/** Asked of a plan that moves the fleet. */
export async function inspectNode({ ports, plan }: CheckContext, seen: FleetSeen): Promise<Inspection> {
  if (!plan.move) throw new RepaveError("INTERNAL", "this plan moves nothing");
  return ports.moving.inspect(someNode(seen), plan.move);
}
