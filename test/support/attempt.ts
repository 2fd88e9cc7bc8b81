import type { RunFinished } from "../../orchestration/domain/events";
import { RepaveError } from "../../orchestration/domain/errors";
import { FENCE } from "../../orchestration/adapters/aws/fence";
import { abort } from "../../orchestration/upgrade/abort";
import { type Override, type Ports } from "../../orchestration/run/context";
import { DEFAULT_POLICY, type Policy } from "../../orchestration/run/policy";
import type { Request } from "../../orchestration/upgrade/planning";
import type { Pause } from "../../orchestration/ports/prompt";
import { scheduled } from "../../orchestration/upgrade/scheduled";
import { upgrade, type UpgradeOptions } from "../../orchestration/upgrade/upgrade";
import type { World } from "../fakes/world";
import { releaseOf } from "./release";

export interface Circumstances {
  readonly ports?: Ports;
  readonly policy?: Policy;
  /** What the operator says when asked whether to start. */
  readonly says?: (question: string, word?: string) => Promise<boolean>;
  readonly pause?: Pause;
  readonly signal?: AbortSignal;
  readonly overrides?: readonly Override[];
  readonly rebuildNode?: boolean;
  readonly changeNumber?: string;
  readonly begin?: UpgradeOptions["begin"];
}

/** A request as tests write it: a release by its number or its name. */
type Asked = Partial<Omit<Request, "release">> & { readonly release?: number | string | undefined };

const requestOf = ({ release, ...rest }: Asked): Request => ({
  stack: "test",
  ...rest,
  ...(release === undefined ? {} : { release: releaseOf(release) }),
});

/** Where the fleets of tests are. */
export const PLACE = { host: "tfe.example.com", account: "123456789012", region: "eu-central-1" };

let attempts = 0;

/** One process giving the command once: to 642 unless the request says otherwise. */
export function attempt(world: World, request: Asked = {}, circumstances: Circumstances = {}): Promise<RunFinished> {
  const release = request.resume === true ? {} : { release: 642 };
  return upgrade(requestOf({ ...release, ...request }), optionsOf(world, circumstances));
}

/** The same, interrupted by its operator at that moment. */
export function attemptUntil(
  world: World,
  moment: Parameters<World["once"]>[0],
  request: Asked = {},
  circumstances: Circumstances = {},
): Promise<RunFinished> {
  const stop = new AbortController();
  world.once(moment, () => stop.abort(new RepaveError("INTERRUPTED", "stopped by a signal")));
  return attempt(world, request, { ...circumstances, signal: stop.signal });
}

/** One call of the schedule. */
export function call(world: World, request: Asked, circumstances: Circumstances = {}): Promise<RunFinished> {
  return scheduled(requestOf(request), optionsOf(world, circumstances));
}

/** One process taking an unfinished run back. */
export function takeBack(world: World, circumstances: Circumstances = {}): Promise<RunFinished> {
  return abort("test", optionsOf(world, circumstances));
}

function optionsOf(
  world: World,
  {
    ports = world.ports(),
    policy = DEFAULT_POLICY,
    says = () => Promise.resolve(true),
    signal = new AbortController().signal,
    overrides = [],
    rebuildNode = false,
    begin = (): void => undefined,
    pause,
    changeNumber,
  }: Circumstances,
): UpgradeOptions {
  attempts += 1;
  const prompt = { confirm: says };
  const shared = {
    ports,
    policy,
    prompt,
    signal,
    overrides,
    rebuildNode,
    nonce: String(attempts),
    begin,
    place: PLACE,
    ...(changeNumber === undefined ? {} : { changeNumber }),
  };
  return pause ? { ...shared, pause } : shared;
}

/** Long enough for the lease of a process that died to run out. */
export const LEASE_RUNS_OUT_MS = DEFAULT_POLICY.lease.ttlMs + 1000;

/** The fence as the world writes it down. */
export const FENCED = `suspend ${FENCE.join(" ")}`;
export const OPENED = `resume ${FENCE.join(" ")}`;

/** What is done on the way of one hop, from nodes of `version` to the first one of the next. */
export function hopActs(version: number, old: readonly string[]): readonly string[] {
  return [
    `capacity ${old.length} version ${version}`,
    ...old.map((id) => `drain ${id}`),
    `capacity 0 version ${version}`,
    ...old.map((id) => `terminate ${id}`),
    `capacity 1 version ${version + 1}`,
  ];
}
