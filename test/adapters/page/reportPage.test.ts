import { html, raw } from "../../../orchestration/adapters/page/html";
import { reportPage } from "../../../orchestration/adapters/page/reportPage";
import type { JournalEntry } from "../../../orchestration/domain/journal";
import { DEFAULT_POLICY } from "../../../orchestration/run/policy";
import { FakeSmokeRuns } from "../../fakes/smokeRuns";
import { World } from "../../fakes/world";
import { attempt } from "../../support/attempt";
import { PLAN } from "../../support/events";
import { releaseOf } from "../../support/release";

const HOSTILE = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>&`;

async function pageOf(world: World, now = world.clock.now()): Promise<string> {
  const [run] = await world.store.list();
  if (!run) throw new Error("there is no run");
  const [entries, heartbeat] = [await world.store.journal(run.runId), await world.store.lease()];
  return reportPage().render({ run, entries, heartbeat, now });
}

const proofIn = (page: string): string => /<section aria-labelledby="proof">.*?<\/section>/s.exec(page)?.[0] ?? "";

const verdictIn = (page: string): string =>
  (/<h1 class="verdict \w+">([^<]*)<\/h1>/.exec(page)?.[1] ?? "").replace(/\s+/g, " ").trim();

describe("the page of a run", () => {
  it("shows its smoke runs, each with a link to the application's own page and to nothing else", async () => {
    const world = new World();
    const smokeRuns = new FakeSmokeRuns(world);
    const policy = { ...DEFAULT_POLICY, smoke: { ...DEFAULT_POLICY.smoke, always: true } };
    await attempt(world, {}, { policy, ports: { ...world.ports(), smokeRuns } });
    const proof = proofIn(await pageOf(world));
    expect(proof.match(/<a href="https:/g)).toHaveLength(2);
    expect(proof).toContain("first node in service");
    const [run] = await world.store.list();
    const entries = (await world.store.journal(run?.runId ?? "")).map((entry) =>
      entry.event === "smoke.finished" ? { ...entry, page: "https://evil.example/x", words: HOSTILE } : entry,
    );
    const evil = run && proofIn(await reportPage().render({ run, entries, heartbeat: undefined, now: 0 }));
    expect(evil).toContain("&lt;script&gt;");
    expect(evil).not.toMatch(/<a |<script|<img/);
  });

  it("says in one sentence how a run ended and what it cost", async () => {
    const world = new World();
    await attempt(world);
    const page = await pageOf(world);
    expect(verdictIn(page)).toMatch(
      /^Stack test runs 642 \(v202207-2\), after \d+m \d+s; the service was down for \d+m \d+s, \d\.\d\d times the build of one node \(\d+m \d+s\)\.$/,
    );
    expect(page).not.toContain('http-equiv="refresh"');
  });

  it("says of a halted one where, why, and what it holds", async () => {
    const world = new World();
    world.once("one.launched", ({ instanceId }) => world.group.sicken(instanceId));
    expect((await attempt(world)).outcome).toBe("halted");
    const page = await pageOf(world);
    expect(verdictIn(page)).toMatch(
      /^Stack test is not on 642 \(v202207-2\) yet, on hold at gate since \S+ UTC: The node did not pass the gate in time; /,
    );
    expect(page).toContain("GATE_TIMEOUT");
    expect(page).toMatch(/href="evidence-i-3-[\d-]+\.json"|memory:[^<]*evidence-i-3-[\d-]+\.json/);
  });

  it("is written at every end of a run, and while it goes on, then loading itself anew", async () => {
    const world = new World();
    let during = "";
    world.once(
      "drain.proven",
      () => (during = [...world.store.files.entries()].find(([name]) => name.endsWith("report.html"))?.[1] ?? ""),
    );
    await attempt(world, {}, { ports: { ...world.ports(), page: reportPage() } });
    expect(during).toContain('http-equiv="refresh"');
    expect(verdictIn(during)).toMatch(/^Repave of stack test to 642 \(v202207-2\) in progress, at \w+ since /);
    const last = [...world.store.files.entries()].find(([name]) => name.endsWith("report.html"))?.[1] ?? "";
    expect(verdictIn(last)).toMatch(/^Stack test runs 642/);
  });

  it("begins with a service that is still down, in red, and does not speak of it as past", async () => {
    const world = new World();
    await attempt(world);
    const [run] = await world.store.list();
    const whole = await world.store.journal(run?.runId ?? "");
    const entries = whole.slice(
      0,
      whole.findIndex(({ event }) => event === "one.asked"),
    );
    if (!run) throw new Error("there is no run");
    const began = entries.find(({ event }) => event === "outage.began");
    const now = (began?.at ?? 0) + 5520_000;
    const page = await reportPage().render({ run, entries, heartbeat: undefined, now });
    expect(verdictIn(page)).toMatch(/^No answer since \S+ UTC \(1h 32m\), still down: repave of stack test to 642/);
    expect(page).toMatch(/<h1 class="verdict bad">/);
    expect(verdictIn(page)).not.toContain("was down");
    expect(page).toMatch(/<dt>outage<\/dt>\s*<dd>[^<]+, not over<\/dd>/);
  });

  it("does not take a run that is not under way for one that is", async () => {
    const world = new World();
    await attempt(world);
    const [run] = await world.store.list();
    const entries = (await world.store.journal(run?.runId ?? "")).filter(({ event }) => event !== "run.finished");
    if (!run) throw new Error("there is no run");
    const page = await reportPage().render({ run, entries, heartbeat: undefined, now: world.clock.now() });
    expect(verdictIn(page)).toMatch(/^Repave of stack test to .* is not finished: the run has not reported since /);
  });

  it("shows no value as anything but text, whatever is in the journal", async () => {
    const world = new World();
    await attempt(world);
    const [run] = await world.store.list();
    const entries = poisoned(await world.store.journal(run?.runId ?? ""));
    const plan = { ...PLAN, stack: HOSTILE, from: { release: releaseOf(610), image: HOSTILE } };
    const page = await reportPage().render({
      run: { runId: HOSTILE, operator: HOSTILE, plan },
      entries,
      heartbeat: undefined,
      now: world.clock.now(),
    });
    expect([...page.matchAll(/<script|<img|"'>/gi)].map(([found]) => found)).toEqual([]);
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  });

  it("asks for nothing from anywhere", async () => {
    const world = new World();
    await attempt(world);
    const page = await pageOf(world);
    // A clip path within the page is no request.
    expect(
      [...page.matchAll(/<(?:script|link|iframe|object|img)\b|@import|url\((?!#)/gi)].map(([found]) => found),
    ).toEqual([]);
    expect(page).toContain("default-src &#39;none&#39;");
  });

  it("has none of the application's settings in it, of which some are secret", async () => {
    const world = new World();
    world.tfe.settings.set("i-1", { enc_password: "hunter2-secret" });
    world.tfe.settings.set("i-2", { enc_password: "hunter3-secret" });
    await attempt(world, {}, { overrides: [{ id: "app-config", because: "known" }] });
    const page = await pageOf(world);
    expect(page).toContain("accepted: the nodes differ in enc_password");
    expect(page).not.toMatch(/hunter\d/);
  });
});

/** Every text of a journal with something hostile in it; its own vocabulary stays, since no outsider can choose it. */
function poisoned(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const own = ["event", "code", "outcome", "part"];
  const text = JSON.stringify(entries, (key, value: unknown) =>
    typeof value === "string" && !own.includes(key) ? `${value}${HOSTILE}` : value,
  );
  return JSON.parse(text) as readonly JournalEntry[];
}

test("a template escapes what it is given, in text and in attributes, and leaves what it made itself", () => {
  const inner = html`<b>${"<&>"}</b>`;
  expect(html`<a title="${`"'`}">${inner}${["<", raw("<br>")]}</a>${undefined}${0}`.html).toBe(
    '<a title="&quot;&#39;"><b>&lt;&amp;&gt;</b>&lt;<br></a>0',
  );
});
