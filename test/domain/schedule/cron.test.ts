import { execFileSync } from "node:child_process";
import { Cron as Croner } from "croner";
import fc from "fast-check";
import { awsCron, inWords, nextTimes, onCalendar, parseCron } from "../../../orchestration/domain/schedule/cron";

const FROM = new Date("2026-11-23T08:00:00Z");
const ZONE = "Europe/Amsterdam";

/** The next calls as a library has them that we did not write. */
const next = (pattern: string, count = 5): readonly string[] =>
  new Croner(pattern, { timezone: ZONE }).nextRuns(count, FROM).map((date) => date.toISOString());

const systemd = ((): string | undefined => {
  try {
    return execFileSync("systemd-analyze", ["--version"], { encoding: "utf8" }).split("\n")[0];
  } catch {
    return undefined;
  }
})();

/** The next calls as systemd has them. */
function nextOfSystemd(expression: string, count = 5): readonly string[] {
  const words = [
    "calendar",
    `--iterations=${count}`,
    `--base-time=${FROM.toISOString().slice(0, 19).replace("T", " ")} UTC`,
  ];
  const told = execFileSync("systemd-analyze", [...words, expression], {
    encoding: "utf8",
    env: { ...process.env, TZ: "UTC", LC_ALL: "C" },
  });
  const times = told.matchAll(/(?:Next elapse|Iter(?:ation|\.) #\d+): \w+ (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC/g);
  return [...times].map(([, date = "", time = ""]) => `${date}T${time}.000Z`);
}

const CASES = [
  "0 2 * * SUN",
  "30 3 * * 1-5",
  "15,45 22 1 * *",
  "*/20 4 * jan,jul *",
  "0 0-6/2 * * 7",
  "5 1 31 * *",
  "0 4 10-31/7 * *",
];

describe.each(CASES)("%s", (text) => {
  it("is called by EventBridge when cron would call it", () => {
    const [, fields = ""] = /^cron\((.+) \*\)$/.exec(awsCron(parseCron(text))) ?? [];
    expect(fields.split(" ")).toHaveLength(5);
    expect(fields.split(" ").filter((field) => field === "?")).toHaveLength(1);
    expect(next(fields)).toEqual(next(text));
  });

  // Visible in the list where it cannot be made.
  (systemd === undefined ? it.skip : it)("is called by systemd when cron would call it", () => {
    expect(nextOfSystemd(onCalendar(parseCron(text), ZONE))).toEqual(next(text));
  });
});

it("is written as each scheduler has it", () => {
  const cron = parseCron(" 0  2 * * SUN,1-2 ");
  expect(cron.text).toBe("0 2 * * SUN,1-2");
  expect(onCalendar(cron, ZONE)).toBe("Sun,Mon,Tue *-*-* 02:00:00 Europe/Amsterdam");
  expect(awsCron(cron)).toBe("cron(0 2 ? * SUN,MON,TUE *)");
  expect(onCalendar(parseCron("5 1 1,15 3 *"), "UTC")).toBe("*-03-01,15 01:05:00 UTC");
  expect(awsCron(parseCron("5 1 1,15 3 *"))).toBe("cron(5 1 1,15 3 ? *)");
  expect(awsCron(parseCron("0 2 * * *"))).toBe("cron(0 2 * * ? *)");
});

it.each([
  ["0 2 * *", "it has five fields"],
  ["0 2 * * SUN 2026", "it has five fields"],
  ["60 2 * * *", "got value 60 expected range 0-59"],
  ["0 24 * * *", "got value 24 expected range 0-23"],
  ["0 2 0 * *", "got value 0 expected range 1-31"],
  ["0 2 * 13 *", "got value 13 expected range 1-12"],
  ["0 2 * * 8", "got value 8 expected range 0-7"],
  ["0 2 * * FRI-MON", "Invalid range: 5-1"],
  ["*/0 2 * * *", "0"],
  ["0 2 31 4 *", "no month of it has such a day"],
  ["0 2 30 2 *", "no month of it has such a day"],
  ["0 2 31 2,4,6,9,11 *", "no month of it has such a day"],
  ["0 2 1 * SUN", "schedulers disagree on what a day of the month together with a day of the week means"],
  ["@daily", "it has five fields"],
  ["0 2 * * L", '"L" is not a valid day of the week'],
  ["$(id) 2 * * *", '"$(id)" is not a valid minute'],
])("%s is refused: %s", (text, why) => {
  expect(() => parseCron(text)).toThrow(why);
});

it("says when it comes next, by the clock of its zone, and what it means in words", () => {
  const cron = parseCron("30 2 * * SUN");
  const times = nextTimes(cron, ZONE, FROM.getTime(), 3).map((at) => new Date(at).toISOString());
  expect(times).toEqual(next("30 2 * * SUN", 3));
  expect(inWords(cron)).toBe("At 02:30, only on Sunday");
  // A day that comes every fourth year comes.
  expect(nextTimes(parseCron("0 2 29 2 *"), ZONE, FROM.getTime(), 1)).toEqual([Date.UTC(2028, 1, 29, 1)]);
});

it("property: whatever is read is called at the times that a library calls it", () => {
  const value = (max: number) => fc.integer({ min: 0, max });
  const field = (min: number, max: number): fc.Arbitrary<string> =>
    fc.oneof(
      fc.constant("*"),
      fc.integer({ min, max }).map(String),
      fc.tuple(fc.integer({ min, max }), value(5)).map(([from, more]) => `${from}-${Math.min(max, from + more)}`),
      fc.integer({ min: 2, max: 6 }).map((step) => `*/${step}`),
    );
  const crons = fc
    .tuple(field(0, 59), field(0, 23), field(1, 12), field(0, 6))
    .map(([m, h, month, day]) => `${m} ${h} * ${month} ${day}`);
  fc.assert(
    fc.property(crons, (text) => {
      const [, fields = ""] = /^cron\((.+) \*\)$/.exec(awsCron(parseCron(text))) ?? [];
      expect(next(fields, 3)).toEqual(next(text, 3));
    }),
    { numRuns: 100 },
  );
});
