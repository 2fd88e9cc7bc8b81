/** The containers of a node, and which of them is the application. Pure. */
import { lines } from "../../domain/text/text";
import { type Container, type ContainerFacts, repository } from "../work";

export type Runtime = "docker" | "podman";

export interface SeenContainer extends Container {
  readonly id: string;
  /** The runtime's word: `running`, `exited`. */
  readonly state: string;
}

/** Format of `ps`: one container a line. */
export const PS_FORMAT = "{{.ID}} {{.State}} {{.Image}} {{.Names}}";

/** Format of `inspect`. Never the whole configuration: that has the secrets. */
export const INSPECT_FORMAT = "{{.Id}} {{.RestartCount}} {{.State.Status}} {{.State.ExitCode}} {{.Config.Image}}";

/** The container that runs a pre-upgrade check, for as long as that takes. */
export const CHECK_CONTAINER = "tfe-repave-preupgrade-check";

/**
 * The containers that `ps` lists, running or not. Lines that do not begin with an id are somebody's greeting or a warning; one that does
 * and is not understood makes the whole answer undefined, as does output without any container. Podman shows no image for a pod's own one.
 */
export function parseContainers(raw: string): readonly SeenContainer[] | undefined {
  const said = lines(raw).map((line) => line.trim());
  const found: SeenContainer[] = [];
  for (const line of said.filter((each) => /^[0-9a-f]{64}(?: |$)/.test(each))) {
    const [, id, state, image, name] = /^([0-9a-f]{64}) (\S.{0,80}) (\S*) (\S+)$/.exec(line) ?? [];
    if (id === undefined || state === undefined || image === undefined || name === undefined) return undefined;
    found.push({ id, state: stateWord(state), image, name });
  }
  return found.length === 0 && said.some((line) => line !== "") ? undefined : found;
}

/** Docker says `running`, Podman `Up 3 minutes ago` or, of one that has ended, `Exited (0) 3 minutes ago`. */
function stateWord(said: string): string {
  const [first = ""] = said.toLowerCase().split(" ", 1);
  return first === "up" ? "running" : first;
}

/** States of a container that executes nothing. */
const AT_REST = ["created", "configured", "initialized", "exited", "stopped", "dead"];

export const isAtRest = ({ state }: Pick<SeenContainer, "state">): boolean => AT_REST.includes(state);

/** Names of the vendor's images, whichever registry they are in. */
const VENDOR = /(?:^|\/)(?:terraform-enterprise|ibm-terraform)$/;

/** What holds a pod's network; newer versions of Podman make it from no image. */
const PAUSE = /(?:^|\/)(?:podman-pause|pause)$/;

/** The application among the containers of a node; undefined: there is none. */
export function applicationIn(
  containers: readonly SeenContainer[],
  ownRepository: string,
): SeenContainer | "several" | undefined {
  const all = containers.filter((each) => isApplication(each, ownRepository));
  const running = all.filter((each) => !isAtRest(each));
  if (running.length > 1) return "several";
  return running[0] ?? all[0];
}

const isApplication = ({ image, name }: Container, ownRepository: string): boolean =>
  name !== CHECK_CONTAINER && (VENDOR.test(repository(image)) || repository(image) === ownRepository);

/** What may execute runs: everything that is at work, but the application, its pod and our own check. */
export const besidesApplication = (
  containers: readonly SeenContainer[],
  ownRepository: string,
): readonly SeenContainer[] =>
  containers.filter(
    (each) =>
      !isAtRest(each) &&
      each.name !== CHECK_CONTAINER &&
      !isApplication(each, ownRepository) &&
      !(each.image === "" && each.name.endsWith("-infra")),
  );

/** One container a run, made from the agent's image, gone when the run ends. */
export const JOBS: ContainerFacts = {
  runs: ["hashicorp/tfc-agent"],
  isKnown: (name) => PAUSE.test(name),
};

/** The setting that names a site's own image for runs. */
export const RUN_IMAGE_SETTINGS: readonly string[] = ["TFE_RUN_PIPELINE_IMAGE"];

/** The application's container, looked at closely. */
export interface Inspected {
  readonly id: string;
  readonly restarts: number;
  readonly state: string;
  readonly exitCode: number;
  readonly image: string;
}

/** Undefined where there is not exactly one line that is understood. */
export function parseInspected(raw: string): Inspected | undefined {
  const found = lines(raw).flatMap((line) => {
    const [, id, restarts, state, exitCode, image] =
      /^([0-9a-f]{64}) (\d{1,9}) ([A-Za-z]+) (-?\d{1,9}) (\S+)$/.exec(line.trim()) ?? [];
    if (id === undefined || state === undefined || image === undefined) return [];
    return [{ id, restarts: Number(restarts), state: state.toLowerCase(), exitCode: Number(exitCode), image }];
  });
  return found.length === 1 ? found[0] : undefined;
}
