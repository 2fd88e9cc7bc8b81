import type { Io } from "../../orchestration/commands/io";
import { looking, type Look } from "../../orchestration/commands/parts/watching";
import { RepaveError } from "../../orchestration/domain/errors";
import { printable } from "../../orchestration/domain/text/printable";

/** What a look answers, with its number. */
const json = (n: number): Look["json"] => Object.assign({ event: "look" }, { n });

const LOOKS: readonly Look[] = [
  { lines: ["one", "more"], json: json(1), code: 1 },
  { lines: ["two"], json: json(2), code: 0 },
];

/** Looks at each of `LOOKS` in turn, and presses Ctrl-C in the pause after the last. */
async function watch(
  options: Parameters<typeof looking>[0],
  look: (n: number) => Promise<Look>,
  screen?: Io["screen"],
): Promise<{ code: number; out: string[]; pauses: number[] }> {
  const stop = new AbortController();
  const out: string[] = [];
  const pauses: number[] = [];
  const io: Io = { out: (line) => void out.push(line), err: () => undefined, signal: stop.signal, screen };
  let looks = 0;
  const code = await looking(
    options,
    io,
    () => look(looks++),
    (ms) => {
      pauses.push(ms);
      if (looks >= LOOKS.length) stop.abort(new RepaveError("INTERRUPTED", "stopped by a signal"));
      return stop.signal.aborted ? Promise.reject(new Error("aborted")) : Promise.resolve();
    },
  );
  return { code, out, pauses };
}

const inTurn = (n: number): Promise<Look> => Promise.resolve(LOOKS[n] ?? { lines: [], json: { event: "" }, code: 9 });

function terminal(): { readonly screen: NonNullable<Io["screen"]>; readonly printed: string[] } {
  const printed: string[] = [];
  const nothing = (): void => undefined;
  return {
    screen: { columns: 80, rows: 24, print: (line) => void printed.push(line), draw: nothing, clear: nothing },
    printed,
  };
}

it("looks once where it is not asked to watch", async () => {
  expect(await watch({}, inTurn)).toEqual({ code: 1, out: ["one\nmore"], pauses: [] });
});

it("watches every five seconds until Ctrl-C, and ends with the code of the last look", async () => {
  const { code, out, pauses } = await watch({ watch: true }, inTurn);
  expect(code).toBe(0);
  expect(pauses).toEqual([5000, 5000]);
  expect(out.map((text) => text.replace(/\d\d:\d\d:\d\d/, "TIME"))).toEqual(["-- TIME\none\nmore", "-- TIME\ntwo"]);
});

it("breaks lines between words on a terminal, and nowhere in a pipe", async () => {
  const { screen, printed } = terminal();
  const text = `! run-20261127-233451-642-d2af is in progress at claim since 23:38:32 UTC by root@vm, last heartbeat 0s ago`;
  const look = (): Promise<Look> =>
    Promise.resolve({ lines: [text], painted: [printable(text)], json: json(1), code: 0 });
  await watch({}, look, screen);
  const rows = printed.join("\n").split("\n");
  expect(rows.every((row) => row.length <= 80)).toBe(true);
  expect(rows.map((row) => row.trim()).join(" ")).toBe(text);
  expect(rows[1]).toMatch(/^ {2}\S/);
  expect((await watch({}, look)).out).toEqual([text]);
});

it("draws each look over the one before on a terminal, unless lines are asked for", async () => {
  const { screen, printed } = terminal();
  expect((await watch({ watch: true }, inTurn, screen)).out).toEqual([]);
  expect(printed.map((text) => text.replace(/\d\d:\d\d:\d\d/, "TIME"))).toEqual([
    "\u001b[2J\u001b[HTIME, every 5 s until Ctrl-C\none\nmore",
    "\u001b[2J\u001b[HTIME, every 5 s until Ctrl-C\ntwo",
  ]);
  const plain = (await watch({ watch: true, plain: true }, inTurn, screen)).out;
  expect(plain.join()).not.toContain("\u001b");
});

it("draws nothing that acts on the terminal but its own colours and movements", async () => {
  const { screen, printed } = terminal();
  await watch({ watch: true }, () => Promise.resolve({ lines: ["\u001b[2Jx\u202e"], json: json(0), code: 0 }), screen);
  expect(printed[0]?.replace("\u001b[2J\u001b[H", "")).toMatch(/\n\\u001b\[2Jx\\u202e$/);
});

it("gives a machine one object a look, on a terminal too", async () => {
  const { out } = await watch({ watch: true, json: true }, inTurn, terminal().screen);
  expect(out).toEqual(['{"event":"look","n":1}', '{"event":"look","n":2}']);
});

it("continues after a check that failed", async () => {
  const { code, out } = await watch({ watch: true }, (n) =>
    n === 0 ? Promise.reject(new RepaveError("AWS_CALL_FAILED", "DescribeInstances: timeout")) : inTurn(n),
  );
  expect(code).toBe(0);
  expect(out[0]).toContain("cannot read the state: Calls to AWS kept failing: DescribeInstances: timeout");
  expect(out).toHaveLength(2);
});

it("does not repeat a command that is not valid", async () => {
  const watching = watch({ watch: true }, () => Promise.reject(new RepaveError("USAGE", "--node i-9")));
  await expect(watching).rejects.toMatchObject({ code: "USAGE" });
});
