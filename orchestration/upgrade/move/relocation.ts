import { RepaveError } from "../../domain/errors";
import type { Move, Side } from "../../domain/move/move";
import { DESTINATION, LAST_MEETING, moveObstacle } from "../../domain/move/legal";
import type { Plan } from "../../domain/plan";
import { type Packaging, packagingName, shortName } from "../../domain/release";
import type { Ports } from "../../run/context";
import { closedInWords, lastMove } from "../../run/moves";
import { nodesToAsk } from "../../fleet/ask";
import type { FleetSeen } from "../../fleet/observe";
import { type MoveWish, present, presentPackaging } from "../planning";

/** A plan of a move; undefined: the fleet is where it is to be moved to. */
export async function planMove(
  stack: string,
  wish: MoveWish,
  seen: FleetSeen,
  ports: Pick<Ports, "moving" | "store">,
): Promise<Plan | undefined> {
  const move = await (wish.back ? moveBack(seen, ports) : moveOn(stack, wish.keys, seen, ports));
  if (!move) return undefined;
  const { packaging } = move.to;
  const from = present(seen);
  const { release, image } = from;
  const obstacle = moveObstacle(release, packaging);
  if (obstacle !== undefined) throw new RepaveError("PATH_ILLEGAL", obstacle, { next: instead(stack, wish) });
  return { schema: 2, stack, from, hops: [{ release, image }], nodeCount: seen.outputs.nodeCount, move };
}

function instead(stack: string, { back }: MoveWish): string {
  const last = LAST_MEETING === undefined || back ? [] : [LAST_MEETING];
  return [
    ...last.map((release) => `npm run upgrade -- --release ${shortName(release)} --stack ${stack}`),
    `npm run migrate -- ${back ? "--back " : ""}--stack ${stack}`,
  ].join(", then ");
}

async function moveOn(
  stack: string,
  keys: Side["keys"],
  seen: FleetSeen,
  { moving, store }: Pick<Ports, "moving" | "store">,
): Promise<Move | undefined> {
  const packaging = presentPackaging(seen);
  if (packaging === DESTINATION || DESTINATION === undefined) return undefined;
  const obstacle = moveObstacle(present(seen).release, DESTINATION);
  if (obstacle !== undefined)
    throw new RepaveError("PATH_ILLEGAL", obstacle, { next: instead(stack, { back: false, keys }) });
  const from = await sideOfNodes(packaging, { moving, store });
  const [node] = nodesToAsk(seen);
  if (!node) throw new RepaveError("NODE_UNREACHABLE", "no node is running whose settings could be read");
  const { to, secrets } = await moving.survey(node, from, keys);
  return { from, to, secrets, ...oldVersion(seen) };
}

async function moveBack(
  seen: FleetSeen,
  { moving, store }: Pick<Ports, "moving" | "store">,
): Promise<Move | undefined> {
  const packaging = presentPackaging(seen);
  const made = await lastMove(store);
  if (!made)
    throw new RepaveError(
      "MOVE_IMPOSSIBLE",
      "no move of this stack is in the run store, so there is none to take back",
    );
  // The newest one was itself the way back.
  if (made.move.undoes !== undefined && made.move.to.packaging === packaging) return undefined;
  const { closedBy, move } = made;
  if (closedBy)
    throw new RepaveError(
      "MOVE_IMPOSSIBLE",
      `${closedInWords(closedBy)}: the way back to ${packagingName(move.from.packaging)} is closed`,
      {
        next: "The old side can only come back with a restore of database and object store, and that decision is yours.",
      },
    );
  const from = await sideOfNodes(packaging, { moving, store });
  return { from, to: move.from, secrets: {}, ...oldVersion(seen), undoes: made.runId };
}

/** What the stack's file said of the running nodes: what it says now, or, where a move was staged before, what that move found. */
async function sideOfNodes(packaging: Packaging, { moving, store }: Pick<Ports, "moving" | "store">): Promise<Side> {
  const now = await moving.present();
  if (now.packaging === packaging) return now;
  const staged = (await store.list()).findLast(({ plan }) => plan.move?.from.packaging === packaging)?.plan.move;
  if (staged) return staged.from;
  throw new RepaveError(
    "MOVE_IMPOSSIBLE",
    `the nodes run ${packagingName(packaging)}, and neither the stack file nor the run store has the keys that they were built with`,
    { next: "Restore the stack file of before (git), and run `pulumi up`. Then run the same command again" },
  );
}

function oldVersion({ nodes }: FleetSeen): Pick<Move, "oldTemplateVersion"> {
  const versions = new Set(nodes.map(({ instance }) => instance.templateVersion));
  const [only] = versions;
  return versions.size === 1 && only !== undefined ? { oldTemplateVersion: only } : {};
}
