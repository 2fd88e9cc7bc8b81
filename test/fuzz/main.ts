import { PARSERS } from "./parsers";
import { fuzzCommands, fuzzParsers, slowParsers } from "./fuzz";

/** Bound on reading a megabyte, in milliseconds of this process on a machine with nothing else to do. */
const LIMIT_MS = 100;

/** `npm run fuzz [-- cases of each parser]`: far more answers than the unit tests give, and every worst input. */
async function main(): Promise<void> {
  const each = Number(process.argv[2] ?? 4_000);
  const began = performance.now();
  const read = fuzzParsers(each);
  const asked = await fuzzCommands(Math.ceil(each / 4));
  const fuzzed = performance.now();
  const slow = slowParsers(LIMIT_MS, 1_000_000);
  const seconds = (from: number, to: number): string => `${Math.round((to - from) / 1000)} s`;
  process.stdout.write(
    `${read + asked} answers to ${PARSERS.length} parsers and 8 commands in ${seconds(began, fuzzed)}; ` +
      `a megabyte of the worst inputs: ${slow.length} over ${LIMIT_MS} ms, in ${seconds(fuzzed, performance.now())}\n`,
  );
  for (const { name, piece, ms } of slow) process.stdout.write(`  ${name}: ${JSON.stringify(piece)} ${ms} ms\n`);
  if (slow.length > 0) process.exitCode = 1;
}

void main();
