import { asRepaveError, RepaveError } from "../../domain/errors";
import { alive } from "../../domain/fleet";
import { hopRecord } from "../../domain/journal";
import { releaseLabel } from "../../domain/release";
import { duration } from "../../domain/text/words";
import { movesBack } from "../../domain/plan";
import { asAfter, askRelease, fetchRelease } from "../../fleet/fetching";
import type { NodeAddress } from "../../ports/nodeShell";
import type { Tfe } from "../../ports/tfe";
import { accepts } from "../../run/accepting";
import { BOOT_PROOF, type BootProof } from "../../run/policy";
import type { StepContext } from "../../run/context";
import { isBehind, isLeaving, stagedVersion } from "../../fleet/instances";
import { address } from "../../fleet/sight";
import { bootProofOf } from "../bootsFrom";
import { done, PENDING, type StepBody } from "../step";

/**
 * Shows, while the old nodes still serve, that AWS would launch the staged build and that a node can fetch what it boots from:
 * what is missing then costs nothing, and in the outage it costs the outage.
 */
export const proveBoot: StepBody = {
  title: "check that the new build can boot, without launching it",
  observe(ctx) {
    const { zeroAsked, oneAsked } = hopRecord(ctx.run.state, ctx.hopIndex);
    if (ctx.policy.bootProof.mode === "off" && !asksRelease(ctx))
      return Promise.resolve(done("the stack turns it off"));
    if (isBehind(ctx)) return Promise.resolve(done("this release was started"));
    if (movesBack(ctx.plan)) return Promise.resolve(done("the former group has launched this build before"));
    return Promise.resolve(zeroAsked || oneAsked ? done("the outage has begun") : PENDING);
  },
  async run(ctx) {
    if (asksRelease(ctx)) await requireRelease(ctx);
    if (ctx.policy.bootProof.mode === "off") return;
    const problems = [...(await ofLaunch(ctx)), ...(await ofSecrets(ctx)), ...(await ofNodesInTime(ctx))];
    if (problems.length === 0) return;
    const words = problems.join("; ");
    if (!(await accepts(ctx, BOOT_PROOF, `accepted: ${words}`))) throw new RepaveError("BOOT_PROOF_FAILED", words);
  },
};

/** Preflight asked the first release of the path, and fetched them all. The others are asked by a node of the one before. */
const asksRelease = ({ run, hopIndex }: StepContext): boolean =>
  hopIndex > 0 && hopRecord(run.state, hopIndex).digest !== undefined;

/** The previous hop's node fetches the release and has it check the upgrade. There is no way around it, as in preflight. */
async function requireRelease(ctx: StepContext): Promise<void> {
  const { run, hop, hopIndex } = ctx;
  const label = releaseLabel(hop.release);
  const node = await someNode(ctx);
  if (!node) throw new RepaveError("NODE_UNREACHABLE", `no node is running that could check the upgrade to ${label}`);
  const fetched = await fetchRelease(ctx, node, hopIndex, hop.release);
  // The nodes are built from what it stood for, whatever it stands for now.
  if (fetched?.moved !== undefined) await run.record({ event: "warning", text: fetched.moved });
  if (fetched) tell(ctx, `${node.instanceId} fetched ${label} in ${duration(fetched.seconds)}`);
  const judged = await askRelease(ctx, node, hop.release);
  if (!judged) return;
  if (judged.refusal !== undefined) throw new RepaveError("UPGRADE_REFUSED", judged.refusal);
  tell(ctx, `the check of ${label} passes`);
}

async function ofLaunch(ctx: StepContext): Promise<readonly string[]> {
  const version = stagedVersion(ctx);
  if (version === undefined) throw new RepaveError("INTERNAL", "nothing is staged for this hop");
  const problem = await ctx.ports.bootProbe.launchProblem(version);
  if (problem !== undefined) return [`AWS would refuse a launch from template version ${version} ${problem}`];
  tell(ctx, `AWS would launch template version ${version}`);
  return [];
}

async function ofSecrets(ctx: StepContext): Promise<readonly string[]> {
  const { secretArns } = bootProofOf(ctx, ctx.hopIndex);
  const problems = await Promise.all(secretArns.map((arn) => ctx.ports.bootProbe.secretProblem(arn)));
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length === 0) tell(ctx, `${secretArns.length} secrets exist`);
  return found;
}

/** A move may have changed what the role of the nodes reads, and such a change takes some seconds to count. */
async function ofNodesInTime(ctx: StepContext): Promise<readonly string[]> {
  for (let tries = 1; ctx.plan.move && tries < ROLE_TRIES; tries += 1) {
    const problems = await ofNodes(ctx);
    if (problems.length === 0) return problems;
    await ctx.ports.clock.sleep(ROLE_PAUSE_MS, ctx.signal);
  }
  return ofNodes(ctx);
}

const [ROLE_TRIES, ROLE_PAUSE_MS] = [3, 10_000];

/** Uses the permissions of one running node: the next one has the same role. */
async function ofNodes(ctx: StepContext): Promise<readonly string[]> {
  const { mode, secretArns, sources, settings } = bootProofOf(ctx, ctx.hopIndex);
  if (mode !== "node") return [];
  const node = await someNode(ctx);
  if (!node) return ["no node is running that could check what the next one may read"];
  const { bootProbe, tfe } = ctx.ports;
  const problems: string[] = [];
  for (const ask of [
    ...secretArns.map((arn) => () => bootProbe.nodeSecretProblem(node, arn)),
    ...sources.map((source) => () => bootProbe.nodeSourceProblem(node, source)),
    ...(settings ? [() => settingsProblem(tfe, node, settings)] : []),
  ]) {
    const problem = await ask().catch((error: unknown) => `could not be checked: ${nodeTrouble(error)}`);
    if (problem !== undefined) problems.push(problem);
  }
  const reached = sources.length === 0 ? "" : ` and reaches ${sources.map(({ url }) => url).join(", ")}`;
  if (problems.length === 0) tell(ctx, `${node.instanceId} reads every secret${reached}`);
  return problems;
}

/** A node that lacks one of these would come up beside the others and share neither database nor Redis with them. */
async function settingsProblem(
  tfe: Tfe,
  node: NodeAddress,
  { secretArn, given }: NonNullable<BootProof["settings"]>,
): Promise<string | undefined> {
  const missing = await tfe.missingSettings(node, secretArn, given);
  return missing.length === 0
    ? undefined
    : `the settings secret lacks ${missing.join(", ")}: a new node would not share its services`;
}

async function someNode({ ports, plan }: StepContext): Promise<NodeAddress | undefined> {
  const running = alive(await ports.fleet.describe()).find((i) => i.state === "running" && !isLeaving(i));
  return running && asAfter(plan, address(running));
}

/** A node that cannot be asked is a finding; anything else stops the run for its own reason. */
function nodeTrouble(thrown: unknown): string {
  const error = asRepaveError(thrown);
  if (!error.code.startsWith("NODE_")) throw error;
  return error.detail;
}

const tell = ({ run }: StepContext, text: string): void => run.tell({ event: "progress", step: "proveBoot", text });
