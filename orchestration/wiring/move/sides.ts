/** The configurations of a stack whose fleet moves from one packaging to the other, or has moved. */
import type { RawConfig, StackConfig } from "../../../infra/config/index";
import { SIDE_KEYS } from "../../../infra/config/packaging";
import { PROJECT } from "../../../infra/contract";
import { sideKeysIn } from "../../adapters/pulumi/sideKeys";
import { stackConfigOf } from "../../adapters/pulumi/stackFile";
import type { Move, Side } from "../../domain/move/move";
import type { Packaging } from "../../domain/release";
import type { RunStore } from "../../ports/runStore";
import { dialectOf } from "../packagings";

/** What the stack's file says of its nodes. */
export const sideOf = ({ raw, config }: { readonly raw: RawConfig; readonly config: StackConfig }): Side => ({
  packaging: dialectOf(config).packaging,
  keys: sideKeysIn(raw),
});

/** The stack's configuration as it would be with this side in its file. Throws `STACK_CONFIG_INVALID`. */
export function configWith(raw: RawConfig, { keys }: Side): StackConfig {
  const ours = new Set(SIDE_KEYS.flatMap((key) => [key, `${PROJECT}:${key}`]));
  const others = Object.entries(raw).filter(([key]) => !ours.has(key));
  const own = Object.entries(keys).map(([key, value]) => [`${PROJECT}:${key}`, value]);
  return stackConfigOf(Object.fromEntries([...others, ...own]) as RawConfig);
}

export interface Sides {
  /** The stack's configuration where its nodes are packaged like this. The file's own where nothing else is known. */
  config(packaging: Packaging): Promise<StackConfig>;
  /** From now on this is what is known of that side. */
  learn(side: Side): void;
}

/** Of the other packaging it knows what the newest move of the run store says. */
export function sidesOf(
  file: { readonly raw: RawConfig; readonly config: StackConfig },
  store: () => Pick<RunStore, "list"> | undefined,
): Sides {
  const own = dialectOf(file.config).packaging;
  const learnt = new Map<Packaging, StackConfig>();
  let read: Promise<Move | undefined> | undefined;

  async function recorded(packaging: Packaging): Promise<StackConfig> {
    read ??= newestMove(store());
    const move = await read;
    const side = [move?.to, move?.from].find((each) => each?.packaging === packaging);
    return side ? configWith(file.raw, side) : file.config;
  }

  return {
    async config(packaging) {
      return learnt.get(packaging) ?? (packaging === own ? file.config : recorded(packaging));
    },
    learn: (side) => void learnt.set(side.packaging, configWith(file.raw, side)),
  };
}

/** A store that cannot be read is said elsewhere. */
async function newestMove(store: Pick<RunStore, "list"> | undefined): Promise<Move | undefined> {
  const runs = (await store?.list().catch(() => [])) ?? [];
  return runs.findLast(({ plan }) => plan.move)?.plan.move;
}
