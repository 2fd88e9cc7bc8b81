import { strip } from "../../../../orchestration/adapters/reporters/live/strip";

const at = (seconds: number): number => seconds * 1000;
const drawn = (gaps: readonly (readonly [from: number, to?: number])[], now: number, most: number): string => {
  const { cells, secondsEach } = strip(
    gaps.map(([from, to]) => ({ from: at(from), ...(to === undefined ? {} : { to: at(to) }) })),
    0,
    at(now),
    most,
  );
  return `${cells.map((up) => (up ? "#" : ".")).join("")} ${secondsEach}`;
};

describe("the availability strip", () => {
  it.each([
    { what: "a second a cell while there is room", gaps: [], now: 7, most: 10, shows: "####### 1" },
    { what: "longer cells when there is not", gaps: [], now: 21, most: 10, shows: "##### 5" },
    { what: "an outage that is over", gaps: [[3, 5] as const], now: 7, most: 10, shows: "###..## 1" },
    { what: "an outage that goes on", gaps: [[5] as const], now: 8, most: 10, shows: "#####... 1" },
    {
      what: "one second down makes its cell down",
      gaps: [[11, 12] as const],
      now: 50,
      most: 10,
      shows: "##.####### 5",
    },
    { what: "outages side by side", gaps: [[0, 1] as const, [3, 4] as const], now: 5, most: 10, shows: ".##.# 1" },
    { what: "days in what room there is", gaps: [], now: 200_000, most: 10, shows: "########## 20000" },
  ])("$what", ({ gaps, now, most, shows }) => {
    expect(drawn(gaps, now, most)).toBe(shows);
  });
});
