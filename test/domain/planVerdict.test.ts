import { describeOutage, NO_HISTORY, type Forecast } from "../../orchestration/domain/forecast";
import { type Plan, planTitle } from "../../orchestration/domain/plan";
import { planVerdict } from "../../orchestration/domain/planVerdict";
import { PLAN } from "../support/events";
import { releaseOf } from "../support/release";

const hop = (release: number, image = "ami-a") => ({ release: releaseOf(release), image });
const planTo = (...hops: Plan["hops"]): Plan => ({ ...PLAN, from: hop(642), hops });

const PAST: Forecast = {
  ...NO_HISTORY,
  runs: 5,
  outageParts: { deregistration: 10, termination: 40, overhead: 0, build: 382, firstAnswer: 3 },
  hopOutageSeconds: 435,
};

it("names the parts of the expected outage, and what is allowed on top of it", () => {
  expect(describeOutage(PAST, planTo(hop(652)))).toBe(
    "about 7 min of outage: deregistration 10s, termination 40s, build 6m 22s, first answer 3s (from 5 runs)",
  );
  expect(describeOutage(PAST, planTo(hop(703)))).toMatch(
    / \(from 5 runs\), \+ up to 30 min allowed for 703's data migration$/,
  );
});

it("expects of a stack without runs what a build takes, and says apart from it what is only allowed for", () => {
  const text = describeOutage(NO_HISTORY, planTo(hop(703)));
  expect(text).toMatch(
    /^about 7 min of outage: .*build 6m 0s.* up to 45 min is allowed for it\), \+ up to 30 min allowed/,
  );
  const judged = planVerdict({ plan: planTo(hop(703)), checks: [], forecast: NO_HISTORY, resumes: false });
  expect(judged).toMatchObject({ likelyOutageSeconds: 445, outageSeconds: 4500 });
  expect(judged.text).toMatch(/Would take up to .*, outage about 7 min, up to 1 h 15 min \(nothing measured/);
});

describe("the verdict of a plan", () => {
  const checks = [
    { id: "disk", ok: true, observed: "" },
    { id: "database-backups", ok: true, skipped: true, observed: "set tfe:databaseId" },
  ] as const;
  const judged = { plan: planTo(hop(652)), forecast: PAST, resumes: false };

  it("says how many checks passed, how long it would take, and what starts it", () => {
    const verdict = planVerdict({ ...judged, checks });
    expect(verdict).toMatchObject({
      passed: 1,
      skipped: ["database-backups"],
      failed: [],
      likelyOutageSeconds: 435,
      outageSeconds: 435,
    });
    expect(verdict.text).toMatch(
      /^1 check passed, 1 skipped\. Would take about .*, outage about 7 min\. Start with: npm run upgrade -- --release 652 --stack test$/,
    );
  });

  it("says that the run would be refused, and by which checks", () => {
    const failed = { id: "licence", ok: false, observed: "ended" };
    expect(planVerdict({ ...judged, checks: [...checks, failed] }).text).toBe(
      "1 check failed: the upgrade would be refused. Fix licence, then plan again.",
    );
  });

  it("says where the plan was written, and starts that one, also after a check that failed", () => {
    const written = { file: "plan.json", command: "npm run upgrade -- plan.json --stack test" };
    const verdict = planVerdict({ ...judged, checks, written });
    expect(verdict).toMatchObject({ file: "plan.json", command: written.command });
    expect(verdict.text).toMatch(
      / Plan written to plan\.json\. Start with: npm run upgrade -- plan\.json --stack test$/,
    );
    const failed = { id: "window", ok: false, observed: "closed" };
    expect(planVerdict({ ...judged, checks: [failed], written }).text).toBe(
      "1 check failed: the upgrade would be refused. Plan written to plan.json. Fix window, then run this plan, which makes every check anew: npm run upgrade -- plan.json --stack test",
    );
  });

  it("keeps no accepted risk: the command that starts the run accepts each again", () => {
    const accepted = ["disk", "window"];
    const again = '--accept disk --accept window --because "…"';
    expect(planVerdict({ ...judged, checks, accepted }).command).toBe(
      `npm run upgrade -- --release 652 --stack test ${again}`,
    );
    const written = { file: "plan.json", command: "npm run upgrade -- plan.json --stack test" };
    const verdict = planVerdict({ ...judged, checks, accepted, written });
    expect(verdict.command).toBe(`${written.command} ${again}`);
    expect(verdict.text).toContain(
      "Plan written to plan.json, without the accepted risks (disk, window): accept again at the run. Start with:",
    );
    expect(planVerdict({ ...judged, checks, accepted: ["disk"], written }).text).toContain("the accepted risk (disk):");
  });

  it("starts a patch as a patch, and continues what is unfinished", () => {
    const patch = planTo(hop(642, "ami-b"));
    expect(planVerdict({ ...judged, plan: patch, checks }).command).toBe("npm run patch -- --image ami-b --stack test");
    expect(planVerdict({ ...judged, resumes: true, checks: [] }).text).toContain(
      "The unfinished run would be continued. Would take",
    );
  });
});

it("names a patch as one: its release stays", () => {
  expect(planTitle(planTo(hop(642, "ami-b")))).toBe("Patch test: image ami-a → ami-b, release stays 642 (v202207-2)");
  expect(planTitle(planTo(hop(692)))).toBe("Stack test: 642 (v202207-2) → 692 (v202304-1)");
});
