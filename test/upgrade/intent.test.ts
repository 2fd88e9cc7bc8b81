import { World } from "../fakes/world";
import { attempt, PLACE } from "../support/attempt";
import { expectUntouched } from "../support/refusal";

const MINUTE = 60_000;

/** Somebody who is asked: what was told before, and what they answer. */
const asked = (world: World, answer: (word: string | undefined) => boolean = () => true) => {
  const questions: { question: string; word: string | undefined; checks: number; meant: number }[] = [];
  const says = (question: string, word?: string): Promise<boolean> => {
    questions.push({ question, word, checks: world.of("check.made").length, meant: world.of("run.intent").length });
    return Promise.resolve(answer(word));
  };
  return { questions, says };
};

test("the checks come first, then what a start means, then the question, whose answer is the stack's name", async () => {
  const world = new World();
  const { questions, says } = asked(world);
  expect((await attempt(world, {}, { says })).outcome).toBe("done");
  expect(questions).toEqual([{ question: "Start?", word: "test", checks: expect.any(Number) as number, meant: 1 }]);
  expect(questions[0]?.checks).toBeGreaterThan(20);
  expect(world.of("run.intent")).toMatchObject([{ ...PLACE, stack: "test", pastRuns: 0, pastPointOfNoReturn: false }]);
  for (const words of ["tfe.example.com (stack test, account 123456789012, eu-central-1)", "610 (v202204-2) → 642"])
    expect(world.told).toContain(words);
  expect(world.told).toContain("Until then: npm run abort -- --stack test");
  expect(world.of("step.started").filter(({ step }) => step === "preflight")).toHaveLength(1);
});

test("who is not ready is not asked: a failed check ends it before", async () => {
  const world = new World();
  world.tfe.diskFreeBytes = 1024;
  const { questions, says } = asked(world);
  expect((await attempt(world, {}, { says })).outcome).toBe("blocked");
  expect(questions).toEqual([]);
  expect(world.of("run.failed")).toMatchObject([{ step: "preflight", code: "PREFLIGHT_FAILED" }]);
  await expectUntouched(world);
});

test("who says no leaves nothing behind", async () => {
  const world = new World();
  const { says } = asked(world, () => false);
  expect((await attempt(world, {}, { says })).outcome).toBe("declined");
  await expectUntouched(world);
});

test("an answer that took long is followed by the checks once more, and what changed meanwhile counts", async () => {
  const world = new World();
  const says = async (): Promise<boolean> => {
    await world.clock.sleep(20 * MINUTE, new AbortController().signal);
    world.tfe.diskFreeBytes = 1024;
    return true;
  };
  expect((await attempt(world, {}, { says })).outcome).toBe("blocked");
  expect(world.of("run.failed")).toMatchObject([{ step: "preflight", code: "PREFLIGHT_FAILED" }]);
  await expectUntouched(world);
});
