import * as fc from "fast-check";
import { RepaveError } from "../../orchestration/domain/errors";
import { FDO } from "../../orchestration/dialects/fdo";
import { replicated } from "../../orchestration/dialects/replicated/commands";
import type { CommandResult, NodeAddress, NodeShell } from "../../orchestration/ports/nodeShell";
import { evil } from "../support/evilText";
import { PARSERS, WORST, worstOf, type Parser } from "./parsers";

/** An answer as it would be from a node that is broken or not to be trusted: a good one, changed; or anything. */
export const answerLike = (seed: string): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        fc.record({ at: fc.nat(seed.length), cut: fc.nat(8), put: evil }),
        fc.record({ at: fc.nat(seed.length), cut: fc.nat(seed.length), put: fc.constant(seed) }),
        fc.record({
          at: fc.nat(seed.length),
          cut: fc.constant(1),
          put: fc.constantFrom("{", "}", "[", "]", '"', ",", "null", "1e999", ""),
        }),
      ),
      { minLength: 1, maxLength: 6 },
    )
    .map((changes) => changes.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), seed));

/** Gives every parser so many answers. Throws where one throws that must not. Returns how many there were. */
export function fuzzParsers(each: number): number {
  for (const { name, read, seed, throws } of PARSERS) {
    const attempt = (raw: string): void => {
      try {
        read(raw);
      } catch (error) {
        if (throws !== true) throw new Error(`${name} throws`, { cause: error });
      }
    };
    fc.assert(fc.property(answerLike(seed), attempt), { numRuns: each });
  }
  return PARSERS.length * each;
}

type Ask = (shell: NodeShell, node: NodeAddress) => Promise<unknown>;

/** Every question to a node's application, of either dialect. */
const ASKS: readonly Ask[] = [
  ...(
    [
      "appStatus",
      "systemStatus",
      "healthCheck",
      "selfCheck",
      "activeWork",
      "licenceExpiry",
      "diskFree",
      "appConfig",
    ] as const
  ).map(
    (ask): Ask =>
      (shell, node) =>
        replicated(shell)[ask](node),
  ),
  ...(["state", "activeWork", "unknownWork", "licenceEnds", "diskFree", "settings", "nodeName"] as const).map(
    (ask): Ask =>
      (shell, node) =>
        FDO.node(shell, {})[ask](node),
  ),
  (shell, value) => FDO.node(shell, {}).observe({ made: true, value }),
];

/** Answers from which fuzzed ones are made. */
const SEEDS = ["application status", "containers", "container", "readiness"].map(
  (seed) => PARSERS.find(({ name }) => name === seed)?.seed ?? "",
);

/** Gives the application's commands so many answers of a node. Throws where one ends otherwise than in an answer or a named error. */
export async function fuzzCommands(each: number): Promise<number> {
  const node = { instanceId: "i-1", privateIp: "10.0.1.1" };
  const result = fc.record({
    exitCode: fc.constantFrom(0, 0, 1, 127),
    stdout: fc.oneof(fc.constantFrom(...SEEDS), ...SEEDS.map(answerLike)),
    stderr: evil,
  });
  for (const ask of ASKS) {
    await fc.assert(
      fc.asyncProperty(fc.array(result, { minLength: 1, maxLength: 5 }), async (said) => {
        let asked = 0;
        const run = (): Promise<CommandResult> => Promise.resolve(said[(asked += 1) % said.length] ?? NOTHING);
        await ask({ run }, node).catch((error: unknown) => {
          if (!(error instanceof RepaveError) || error.code === "INTERNAL") throw error;
        });
      }),
      { numRuns: each },
    );
  }
  return ASKS.length * each;
}

const NOTHING: CommandResult = { exitCode: 0, stdout: "", stderr: "" };

export interface Slow {
  readonly name: string;
  readonly piece: string;
  readonly ms: number;
  /** How many times as long as a quarter of the input: 4 where the parser is linear, 16 where it is quadratic, on any machine. */
  readonly growth: number;
  /** How many times as long as replacing every character of the input once, measured at the same time: the same on any machine. */
  readonly passes: number;
}

/** Milliseconds of this process, not of the clock: a busy machine makes nothing slower. The best of five. */
export function cost(act: () => void, enough: number): number {
  let best = Infinity;
  for (let attempt = 0; attempt < 5 && best > enough; attempt += 1) {
    const { user, system } = process.cpuUsage();
    act();
    const spent = process.cpuUsage({ user, system });
    best = Math.min(best, (spent.user + spent.system) / 1000);
  }
  return best;
}

/** Reading it, once; a refusal is as good as an answer. */
function reading(read: Parser["read"], raw: string): () => void {
  return () => {
    try {
      read(raw);
    } catch {
      // Refused.
    }
  };
}

/** Parsers that take longer than so many milliseconds for an input of that length, the worst of them. */
export function slowParsers(limitMs: number, length: number): readonly Slow[] {
  const slow: Slow[] = [];
  for (const { name, read, seed } of PARSERS) {
    for (const piece of WORST) {
      const quarters = worstOf(seed, piece, length / 4);
      for (const [index, raw] of worstOf(seed, piece, length).entries()) {
        const ms = cost(reading(read, raw), limitMs);
        if (ms <= limitMs) continue;
        const growth = ms / cost(reading(read, quarters[index] ?? ""), 0);
        const passes = ms / cost(() => raw.replace(/[^]/g, "ab"), 0);
        slow.push({ name, piece, ms: Math.round(ms), growth, passes });
      }
    }
  }
  return slow;
}
