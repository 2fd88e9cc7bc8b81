import { parseCalendar } from "../../../orchestration/domain/window/calendar";
import { zoneProblem } from "../../../orchestration/domain/window/zone";
import { commandLine } from "../../../orchestration/program";

/** What each of them is read as differs from reader to reader. */
const ABBREVIATED = [
  "BST",
  "IST",
  "CST",
  "SST",
  "EST",
  "EST5EDT",
  "PST",
  "CET",
  "GMT",
  "GB",
  "Zulu",
  "Z",
  "local",
  "utc",
  "system",
  "",
];

test.each(ABBREVIATED)("%j is no time zone by name: in windows, freezes and --timezone", async (zone) => {
  const says = `${zone} is not a time zone by name (Europe/London, or UTC)`;
  expect(zoneProblem(zone)).toBe(says);
  if (zone === "") return;
  expect(() => parseCalendar([`Sun 02:00-06:00 ${zone}`], [])).toThrow(says);
  expect(() => parseCalendar([], [`2026-12-20 ${zone}`])).toThrow(says);
  const err: string[] = [];
  const io = { out: () => undefined, err: (line: string) => void err.push(line), signal: new AbortController().signal };
  const words = ["schedule", "--stack", "p", "--on", "systemd", "--calendar", "0 2 * * SUN", "--timezone", zone];
  expect(await commandLine(words, io)).toBe(2);
  expect(err.join("\n")).toContain(says);
});

test.each([
  "UTC",
  "Europe/London",
  "Europe/Kyiv",
  "US/Eastern",
  "America/Port-au-Prince",
  "America/Argentina/Buenos_Aires",
  "Asia/Kolkata",
  "Etc/GMT+5",
])("%s is one", (zone) => {
  expect(zoneProblem(zone)).toBeUndefined();
});

test.each([
  "Europe/Nowhere",
  "Europe/London; id",
  "../../etc/localtime",
  "europe/london",
  "Europe/berlin",
  "Europe/BERLIN",
  "(BST)",
  "+01:00",
  "UTC+2",
])("%j is none", (zone) => {
  expect(zoneProblem(zone)).toBeDefined();
});
