import type { BootProbe, Source } from "../../orchestration/ports/account/bootProbe";
import type { NodeAddress } from "../../orchestration/ports/nodeShell";

/** What a new node would boot from: all of it is there, unless a test says otherwise. */
export class FakeBootProbe implements BootProbe {
  /** Every question, in order. */
  readonly asked: string[] = [];
  /** Why a launch would be refused, by template version. */
  readonly refusals = new Map<number, string>();
  /** Secrets that are not there, secrets that nodes may not read, and URLs that nodes do not reach. */
  readonly missing = new Set<string>();
  readonly denied = new Set<string>();
  readonly unreachable = new Set<string>();
  /** What asking a node throws. */
  deaf: Error | undefined;

  launchProblem(templateVersion: number): Promise<string | undefined> {
    this.asked.push(`launch ${templateVersion}`);
    return Promise.resolve(this.refusals.get(templateVersion));
  }

  secretProblem(arn: string): Promise<string | undefined> {
    this.asked.push(`secret ${arn}`);
    return Promise.resolve(this.missing.has(arn) ? `${arn} does not exist` : undefined);
  }

  nodeSecretProblem({ instanceId }: NodeAddress, arn: string): Promise<string | undefined> {
    return this.#onNode(`${instanceId} reads ${arn}`, this.denied.has(arn) ? `cannot read ${arn}` : undefined);
  }

  nodeSourceProblem({ instanceId }: NodeAddress, { url }: Source): Promise<string | undefined> {
    return this.#onNode(`${instanceId} fetches ${url}`, this.unreachable.has(url) ? `cannot reach ${url}` : undefined);
  }

  #onNode(question: string, answer: string | undefined): Promise<string | undefined> {
    this.asked.push(question);
    return this.deaf ? Promise.reject(this.deaf) : Promise.resolve(answer);
  }
}
