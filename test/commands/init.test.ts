import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replaceProjectFile, writeMissing } from "../../orchestration/adapters/machine/projectFiles";
import { freshStack } from "../../orchestration/commands/init/fresh";
import { questionsIn } from "../../orchestration/init/stackFile";
import type { Questions } from "../../orchestration/ports/questions";
import { commandLine } from "../../orchestration/program";

let folder: string;
const before = process.cwd();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "a project "));
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

async function init(...words: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const io = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    signal: new AbortController().signal,
  };
  const code = await commandLine(["init", "--cwd", folder, ...words], io);
  return { code, out: out.join("\n"), err: err.join("\n") };
}

const read = (name: string): string => readFileSync(join(folder, name), "utf8");

it("makes an empty folder a project", async () => {
  const { code, out } = await init("--hostname", "tfe.example.com", "--region", "eu-central-1", "--json");
  const answer = JSON.parse(out) as {
    files: { path: string; state: string }[];
    todo: { key: string }[];
    stack: string;
  };
  expect(code).toBe(0);
  expect(answer.stack).toBe("production");
  expect(answer.files).toEqual(
    ["package.json", "Pulumi.yaml", "index.ts", ".gitignore", "Pulumi.production.yaml"].map((path) => ({
      path,
      state: "written",
    })),
  );
  expect(read("Pulumi.production.yaml")).toContain("tfe:hostname: tfe.example.com");
  expect(answer.todo.map(({ key }) => key)).not.toContain("tfe:hostname");
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  expect(scripts["upgrade"]).toBe("tfe-repave upgrade");
});

it("overwrites nothing, and asks nothing again", async () => {
  for (const name of ["package.json", "Pulumi.yaml", "index.ts", "Pulumi.staging.yaml"])
    writeFileSync(join(folder, name), `mine: ${name}\n`);
  const { code, out } = await init("--stack", "staging");
  expect(code).toBe(0);
  for (const name of ["package.json", "Pulumi.yaml", "index.ts", "Pulumi.staging.yaml"])
    expect(read(name)).toBe(`mine: ${name}\n`);
  expect(out).toContain("Pulumi.staging.yaml: exists, unchanged");
  expect(out).not.toContain("TODO");
});

it("completes the project that the folder is in", async () => {
  writeFileSync(join(folder, "Pulumi.yaml"), "name: tfe\n");
  mkdirSync(join(folder, "notes"));
  expect((await init("--cwd", join(folder, "notes"))).code).toBe(0);
  expect(existsSync(join(folder, "notes/Pulumi.production.yaml"))).toBe(false);
  expect(existsSync(join(folder, "Pulumi.production.yaml"))).toBe(true);
});

it.each([
  [["--hostname", "no host"], "--hostname must be a host name"],
  [["--region", "Frankfurt"], "--region must be a region"],
  [["--services", "build", "--zones", "eu-central-1"], "--zones must be a list of availability zones"],
  [["--vpc", "net-1"], "--vpc must be the id of a VPC"],
  [["--stack", "lab"], "the lab writes its own stack file"],
])("%j is refused before anything is written", async (words, why) => {
  const { code, err } = await init(...words);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(why) as string });
  expect(existsSync(join(folder, "Pulumi.yaml"))).toBe(false);
});

it("a project that cannot be written fails, and says so", async () => {
  writeFileSync(join(folder, "a file"), "");
  const within = join(folder, "a file", "project");
  await expect(writeMissing(within, "index.ts", "")).rejects.toMatchObject({ code: "PROJECT_UNWRITABLE" });
  await expect(replaceProjectFile(within, "index.ts", "")).rejects.toMatchObject({ code: "PROJECT_UNWRITABLE" });
});

it("--cwd that is no folder is refused", async () => {
  const { code, err } = await init("--cwd", join(folder, "nowhere"));
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("is not a folder") as string });
});

describe("at a terminal", () => {
  /** Answers by the words of the question; what it does not know is left open. */
  const person = (answers: Readonly<Record<string, string>>, asked: string[] = []): Questions => {
    const find = (question: string): string => {
      asked.push(question);
      return Object.entries(answers).find(([words]) => question.includes(words))?.[1] ?? "";
    };
    return {
      possible: true,
      text: (question, options) => {
        const answer = find(question);
        if (answer !== "" && options.problem(answer) !== undefined)
          throw new Error(`${question}: ${options.problem(answer) ?? ""}`);
        return Promise.resolve(answer);
      },
      choose(question, choices) {
        const answer = find(question);
        return Promise.resolve((choices.find(({ value }) => value === answer) ?? choices[0])?.value as never);
      },
    };
  };

  it("asks for host name, region, and what the choice of services needs", async () => {
    const asked: string[] = [];
    const answers = {
      "Under which name": "tfe.example.com",
      "Network, database": "build",
      zones: "eu-central-1a eu-central-1b",
    };
    const entries = await freshStack({ region: "eu-central-1" }, person(answers, asked));
    expect(asked).toEqual([
      "Under which name do users open the application?",
      "Network, database, Redis and bucket?",
      "In which two or three availability zones?",
    ]);
    expect(entries.find(({ key }) => key === "zones")?.value).toEqual(["eu-central-1a", "eu-central-1b"]);
  });

  it("leaves open what is not answered", async () => {
    const open = questionsIn(await freshStack({}, person({})));
    expect(open.map(({ key }) => key)).toEqual(expect.arrayContaining(["tfe:hostname", "aws:region", "tfe:vpcId"]));
  });

  it("asks nothing with --json", async () => {
    const asked: string[] = [];
    await freshStack({ json: true }, person({}, asked));
    expect(asked).toEqual([]);
  });
});
