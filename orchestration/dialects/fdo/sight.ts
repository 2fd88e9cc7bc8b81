/** Reading one node: its container first, and of it what that container can answer. */
import { RepaveError } from "../../domain/errors";
import { attempt, type Attempt } from "../../domain/health";
import { type Release, UNKNOWN_RELEASE } from "../../domain/release";
import type { NodeAddress } from "../../ports/nodeShell";
import { type Readiness, releaseOfImage } from "./answers";
import { type Capabilities, capabilitiesOf } from "./capabilities";
import type { Fdo } from "./commands";
import { type Answers, isContainer, type Without } from "./conditions";
import type { Inspected } from "./containers";

export interface Sight {
  everything(node: Attempt<NodeAddress>): Promise<Answers>;
  /** The application's container or, where there is none, what the machine says. Throws where that cannot be read. */
  container(node: NodeAddress): Promise<Inspected | Without>;
  readiness(node: NodeAddress, container: Inspected | Without): Promise<Attempt<Readiness>>;
  probe(node: NodeAddress, container: Inspected): Promise<Capabilities["probe"]>;
}

const notMade = (why: string): { readonly made: false; readonly why: string } => ({ made: false, why });

export function sights(commands: Fdo): Sight {
  /** By container: its image does not change. */
  const releases = new Map<string, Release>();
  /** Restarts of a container when it was last looked at. */
  const restarts = new Map<string, number>();

  async function container(node: NodeAddress): Promise<Inspected | Without> {
    const found = await commands.application(node);
    if (found) return found;
    const unit = await commands.unit(node);
    const mayHaveGivenUp = unit === "absent" || unit === "failed";
    return { unit, bootFailure: mayHaveGivenUp ? await commands.bootFailure(node) : undefined };
  }

  async function release(node: NodeAddress, { id, image, state }: Inspected): Promise<Release> {
    const known = releases.get(id);
    if (known !== undefined) return known;
    const said = await attempt(() => commands.version(node, id));
    const found = said.made ? said.value : (releaseOfImage(image) ?? (await inHeader(node, state)));
    if (found === undefined) {
      throw new RepaveError("NODE_ANSWER_UNREADABLE", said.made ? "no release" : said.why);
    }
    releases.set(id, found);
    return found;
  }

  /** What the first releases, which have no command for it, say beside an answer. Later ones name a month there that is not theirs. */
  async function inHeader(node: NodeAddress, state: string): Promise<Release | undefined> {
    if (state !== "running") return undefined;
    const said = await attempt(() => commands.versionInHeader(node));
    return said.made && !capabilitiesOf(said.value).versionCommand ? said.value : undefined;
  }

  /** Of a release that is not known, the path of the newest one. */
  async function probe(node: NodeAddress, found: Inspected): Promise<Capabilities["probe"]> {
    const running = await attempt(() => release(node, found));
    return capabilitiesOf(running.made ? running.value : UNKNOWN_RELEASE).probe;
  }

  /** `known`: how its release answers, where that was already found. */
  async function readiness(
    node: NodeAddress,
    found: Inspected | Without,
    known?: Capabilities["probe"],
  ): Promise<Attempt<Readiness>> {
    if (!isContainer(found) || found.state !== "running") return notMade("its container does not run");
    const { path } = known ?? (await probe(node, found));
    return attempt(() => commands.readiness(node, path));
  }

  async function everything(node: Attempt<NodeAddress>): Promise<Answers> {
    const found = node.made ? await attempt(() => container(node.value)) : node;
    const without = (why: string): Answers => ({
      container: found,
      restartsBefore: undefined,
      release: notMade(why),
      readiness: notMade(why),
      probe: capabilitiesOf(UNKNOWN_RELEASE).probe,
      diagnosis: notMade(why),
      startup: notMade(why),
    });
    if (!node.made) return without(node.why);
    if (!found.made) return without(found.why);
    if (!isContainer(found.value)) return without("there is no container");
    return ofContainer(node.value, found.value);
  }

  async function ofContainer(node: NodeAddress, found: Inspected): Promise<Answers> {
    const restartsBefore = restarts.get(found.id);
    restarts.set(found.id, found.restarts);
    const running = await attempt(() => release(node, found));
    const { probe: asked, diagnostics } = capabilitiesOf(running.made ? running.value : UNKNOWN_RELEASE);
    const ready = await readiness(node, found, asked);
    const answersOk = ready.made && ready.value.status === 200;
    const isUp = ready.made && ready.value.isUp;
    // The rest costs the application something, and of one that is not ready it says nothing more.
    const diagnosis = answersOk
      ? await attempt<Awaited<ReturnType<Fdo["diagnosis"]>> | boolean>(() =>
          diagnostics ? commands.diagnosis(node, found.id) : commands.status(node, found.id),
        )
      : notMade("it is not ready");
    const startup = isUp
      ? ({ made: true, value: [] } as const)
      : await attempt(() => commands.failedStartupChecks(node, found.id));
    return {
      container: { made: true, value: found },
      restartsBefore,
      release: running,
      readiness: ready,
      probe: asked,
      diagnosis,
      startup,
    };
  }

  return { everything, container, readiness, probe };
}
