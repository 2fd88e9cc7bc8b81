import fc from "fast-check";
import { DateTime } from "luxon";
import { ALWAYS, openings, parseCalendar, type Calendar } from "../../../orchestration/domain/window/calendar";
import { describeFit, fitNow } from "../../../orchestration/domain/window/fitting";

jest.setTimeout(60_000);

const at = (text: string): number => Date.parse(text);
const calendar = (windows: readonly string[], freeze: readonly string[] = []): Calendar =>
  parseCalendar(windows, freeze);
const isOpen = (given: Calendar, time: string): boolean => fitNow(given, at(time), 0).fits;
/** The opening that `time` is in, as UTC. */
function opening(given: Calendar, time: string): string | undefined {
  const found = openings(given, at(time), 1).find(({ from, to }) => from <= at(time) && at(time) < to);
  const shown = (ms: number): string => new Date(ms).toISOString().slice(0, 16);
  return found && `${shown(found.from)} ${shown(found.to)}`;
}

describe("a window", () => {
  const sunday = calendar(["Sun 02:00-06:00 Europe/Amsterdam"]);

  test.each([
    ["a minute before", "2026-11-22T00:59:59Z", false],
    ["at its beginning", "2026-11-22T01:00:00Z", true],
    ["in its last second", "2026-11-22T04:59:59Z", true],
    ["at its end", "2026-11-22T05:00:00Z", false],
    ["at the same time of another day", "2026-11-23T02:00:00Z", false],
  ])("%s", (_, time, open) => expect(isOpen(sunday, time)).toBe(open));

  test("keeps to the clock on the wall in summer and in winter", () => {
    expect(opening(sunday, "2026-07-05T01:00:00Z")).toBe("2026-07-05T00:00 2026-07-05T04:00");
    expect(opening(sunday, "2026-11-22T01:00:00Z")).toBe("2026-11-22T01:00 2026-11-22T05:00");
  });

  test("that crosses midnight belongs to the day on which it begins", () => {
    const night = calendar(["Sat 22:00-04:00 Europe/Amsterdam"]);
    expect(opening(night, "2026-11-22T00:30:00Z")).toBe("2026-11-21T21:00 2026-11-22T03:00");
    expect(isOpen(night, "2026-11-22T21:30:00Z")).toBe(false);
    expect(isOpen(night, "2026-11-21T00:30:00Z")).toBe(false);
  });

  test("goes over the end of a month and of a year", () => {
    const daily = calendar(["daily 23:30-00:30 Europe/Amsterdam"]);
    expect(opening(daily, "2026-11-30T23:00:00Z")).toBe("2026-11-30T22:30 2026-11-30T23:30");
    expect(opening(daily, "2026-12-31T23:10:00Z")).toBe("2026-12-31T22:30 2026-12-31T23:30");
    expect(opening(calendar(["daily 23:00-01:00"]), "2028-02-29T00:30:00Z")).toBe("2028-02-28T23:00 2028-02-29T01:00");
  });

  test("is of named days, ranges (over the weekend, too) or every day; UTC where no zone is given", () => {
    const days = (text: string): string => (calendar([`${text} 01:00-02:00`]).windows[0]?.days ?? []).join("");
    expect(["daily", "Mon-Fri", "Fri-Mon", "sat,SUN", "Wed"].map(days)).toEqual([
      "1234567",
      "12345",
      "5671",
      "67",
      "3",
    ]);
    expect(opening(calendar(["Mon 01:00-02:00"]), "2026-11-23T01:30:00Z")).toBe("2026-11-23T01:00 2026-11-23T02:00");
  });

  test("and one that follows without a gap are one; a day may be open as a whole", () => {
    const long = calendar(["Sat 20:00-24:00 UTC", "Sun 00:00-06:00 UTC"]);
    expect(opening(long, "2026-11-22T00:00:00Z")).toBe("2026-11-21T20:00 2026-11-22T06:00");
    expect(opening(calendar(["Sun 00:00-24:00 UTC"]), "2026-11-22T12:00:00Z")).toBe(
      "2026-11-22T00:00 2026-11-23T00:00",
    );
    expect(opening(calendar(["Sun 00:00-00:00 UTC"]), "2026-11-22T12:00:00Z")).toBe(
      "2026-11-22T00:00 2026-11-23T00:00",
    );
  });
});

// Amsterdam: 2026-03-29 02:00 becomes 03:00 (01:00Z), 2026-10-25 03:00 becomes 02:00 (01:00Z).
describe("the night in which the clocks go forward", () => {
  test.each([
    ["is an hour shorter", "Sun 01:00-04:00", "2026-03-29T00:30:00Z", "2026-03-29T00:00 2026-03-29T02:00"],
    [
      "begins with the change if it would begin in the missing hour",
      "Sun 02:30-06:00",
      "2026-03-29T02:00:00Z",
      "2026-03-29T01:00 2026-03-29T04:00",
    ],
    [
      "ends with the change if it would end in the missing hour",
      "Sun 01:00-02:30",
      "2026-03-29T00:30:00Z",
      "2026-03-29T00:00 2026-03-29T01:00",
    ],
    ["is not there if it is within the missing hour", "Sun 02:10-02:50", "2026-03-29T01:00:00Z", undefined],
    [
      "is an hour shorter over midnight",
      "Sat 23:00-04:00",
      "2026-03-29T00:30:00Z",
      "2026-03-28T22:00 2026-03-29T02:00",
    ],
  ])("%s", (_, window, time, expected) => {
    expect(opening(calendar([`${window} Europe/Amsterdam`]), time)).toBe(expected);
  });
});

describe("the night in which the clocks go back", () => {
  test.each([
    ["is an hour longer", "Sun 01:00-04:00", "2026-10-25T00:30:00Z", "2026-10-24T23:00 2026-10-25T03:00"],
    [
      "begins at the first of two times",
      "Sun 02:30-06:00",
      "2026-10-25T00:30:00Z",
      "2026-10-25T00:30 2026-10-25T05:00",
    ],
    ["ends at the first of two times", "Sun 01:00-02:30", "2026-10-25T00:00:00Z", "2026-10-24T23:00 2026-10-25T00:30"],
    [
      "opens once if it is within the hour that comes twice",
      "Sun 02:10-02:50",
      "2026-10-25T00:20:00Z",
      "2026-10-25T00:10 2026-10-25T00:50",
    ],
  ])("%s", (_, window, time, expected) => {
    expect(opening(calendar([`${window} Europe/Amsterdam`]), time)).toBe(expected);
  });

  test("does not open a second time", () => {
    expect(isOpen(calendar(["Sun 02:10-02:50 Europe/Amsterdam"]), "2026-10-25T01:20:00Z")).toBe(false);
  });
});

describe("a freeze", () => {
  const frozen = calendar(["daily 22:00-04:00 Europe/Amsterdam"], ["2026-12-20..2027-01-03"]);

  test("closes the windows from the first midnight to the last, in their zone", () => {
    expect(opening(frozen, "2026-12-19T22:00:00Z")).toBe("2026-12-19T21:00 2026-12-19T23:00");
    expect(isOpen(frozen, "2026-12-19T23:00:00Z")).toBe(false);
    expect(isOpen(frozen, "2027-01-03T22:59:59Z")).toBe(false);
    expect(opening(frozen, "2027-01-03T23:00:00Z")).toBe("2027-01-03T23:00 2027-01-04T03:00");
  });

  test("is of a day of UTC where the windows have several zones or there are none, unless it says otherwise", () => {
    const several = calendar(["daily 00:00-24:00 UTC", "daily 00:00-24:00 Asia/Tokyo"], ["2026-12-24"]);
    expect([isOpen(several, "2026-12-23T23:59:59Z"), isOpen(several, "2026-12-24T00:00:00Z")]).toEqual([true, false]);
    expect(isOpen(calendar([], ["2026-12-24"]), "2026-12-24T23:59:59Z")).toBe(false);
    expect(isOpen(calendar([], ["2026-12-24"]), "2026-12-25T00:00:00Z")).toBe(true);
    const tokyo = calendar([], ["2026-12-24..2026-12-24 Asia/Tokyo"]);
    expect([isOpen(tokyo, "2026-12-23T15:00:00Z"), isOpen(tokyo, "2026-12-24T15:00:00Z")]).toEqual([false, true]);
  });
});

describe("the outlook", () => {
  const HOUR = 3_600_000;
  const sunday = calendar(["Sun 02:00-06:00 Europe/Amsterdam"], ["2026-11-29"]);
  const told = (time: string, needed: number): string => describeFit(fitNow(sunday, at(time), needed), sunday);

  test("is good as long as what is needed ends with the window", () => {
    expect(fitNow(sunday, at("2026-11-22T03:00:00Z"), 2 * HOUR)).toEqual({
      fits: true,
      until: at("2026-11-22T05:00:00Z"),
    });
    expect(fitNow(sunday, at("2026-11-22T03:00:00.001Z"), 2 * HOUR).fits).toBe(false);
    expect(told("2026-11-22T03:00:00Z", 2 * HOUR)).toBe("the window is open until 2026-11-22 06:00 Europe/Amsterdam");
    expect(fitNow(ALWAYS, 0, 1e12)).toEqual({ fits: true, until: Infinity });
  });

  test("says why it is not, and when the next is that is long enough", () => {
    expect(told("2026-11-22T04:30:00Z", HOUR)).toBe(
      "the window closes at 2026-11-22 06:00 Europe/Amsterdam, in 30m; 1h 0m are needed; the next window opens 2026-12-06 02:00 Europe/Amsterdam",
    );
    expect(told("2026-11-23T04:30:00Z", HOUR)).toBe(
      "outside every window (Sun 02:00-06:00 Europe/Amsterdam); the next window opens 2026-12-06 02:00 Europe/Amsterdam",
    );
    expect(told("2026-11-29T04:30:00Z", HOUR)).toBe(
      "frozen (2026-11-29); the next window opens 2026-12-06 02:00 Europe/Amsterdam",
    );
    // Only the night in which the clocks go back is five hours long.
    expect(told("2026-11-23T04:30:00Z", 5 * HOUR)).toMatch(
      /; the next window opens 2027-10-31 02:00 Europe\/Amsterdam$/,
    );
    expect(told("2026-11-23T04:30:00Z", 6 * HOUR)).toMatch(/; no window within a year is long enough$/);
  });
});

test.each([
  ["Caturday 01:00-02:00", "the days are daily"],
  ["Mon-Fri-Sun 01:00-02:00", "the days are daily"],
  ["Sun 01:70-02:00", "the times are 00:00 to 24:00"],
  ["Sun 24:00-02:00", "the times are 00:00 to 24:00"],
  ["Sun 01:00-25:00", "the times are 00:00 to 24:00"],
  ["Sun 01:00-02:00 Europe/Atlantis", "Europe/Atlantis is not a time zone"],
])("%s is refused", (window, words) => {
  expect(() => calendar([window])).toThrow(words);
});

test("every problem is told at once", () => {
  expect(() => calendar(["Xyz 01:00-02:00"], ["2026-02-30", "2026-12-31..2026-12-01"])).toThrow(
    /tfe:windows "Xyz 01:00-02:00": .*; tfe:freeze "2026-02-30": no such day; tfe:freeze "2026-12-31..2026-12-01": it ends before it starts/,
  );
});

test("property: where it is open, the clock on the wall is within a window, in any zone and on any day", () => {
  const zones = ["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"];
  const minute = fc.integer({ min: 0, max: 1439 });
  const two = (n: number): string => String(n).padStart(2, "0");
  const clock = (m: number): string => `${two(Math.floor(m / 60))}:${two(m % 60)}`;
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      minute,
      minute,
      fc.integer({ min: 0, max: 525_600 }),
      (zone, from, to, when) => {
        fc.pre(from < to);
        const now = Date.UTC(2026, 0, 1) + when * 60_000;
        const given = calendar([`daily ${clock(from)}-${clock(to)} ${zone}`]);
        const wall = DateTime.fromMillis(now, { zone });
        const minutes = wall.hour * 60 + wall.minute;
        const isSecond = wall.getPossibleOffsets().length > 1;
        if (fitNow(given, now, 0).fits && !isSecond) expect(minutes >= from && minutes < to).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});
