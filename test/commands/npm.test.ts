import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine } from "../../orchestration/program";

const given = async (env: Readonly<Record<string, string>>, ...words: readonly string[]) => {
  const before = { ...process.env };
  Object.assign(process.env, env);
  const err: string[] = [];
  const signal = new AbortController().signal;
  try {
    const code = await commandLine(words, { out: () => undefined, err: (line) => void err.push(line), signal });
    return { code, said: err.join("\n") };
  } finally {
    process.env = before;
  }
};

const upgrade = { npm_lifecycle_event: "upgrade" };

test.each([
  {
    typed: "--release 642 --stack lab",
    env: { ...upgrade, npm_config_release: "true", npm_config_stack: "true" },
    words: ["upgrade", "642", "lab"],
    says: "npm took --stack and --release for itself, because `--` is missing. Type: npm run upgrade -- --stack lab --release 642",
  },
  {
    typed: "--release=642 --stack=lab",
    env: { ...upgrade, npm_config_release: "642", npm_config_stack: "lab" },
    words: ["upgrade"],
    says: "Type: npm run upgrade -- --stack lab --release 642",
  },
  {
    typed: "--resume --yes --stack production",
    env: { ...upgrade, npm_config_resume: "true", npm_config_yes: "true", npm_config_stack: "true" },
    words: ["upgrade", "production"],
    says: "Type: npm run upgrade -- --stack production --yes --resume",
  },
  {
    typed: "--max-age 30d",
    env: { npm_lifecycle_event: "patch", npm_config_max_age: "true" },
    words: ["patch", "30d"],
    says: "Type: npm run patch -- --max-age 30d",
  },
  {
    typed: "get capacity_memory --reveal",
    env: { npm_lifecycle_event: "app-config", npm_config_reveal: "true" },
    words: ["app-config", "get", "capacity_memory"],
    says: "Type: npm run app-config -- get capacity_memory --reveal",
  },
])("`npm run … $typed` without `--` says what to type", async ({ env, words, says }) => {
  expect(await given(env, ...words)).toEqual({ code: 2, said: expect.stringContaining(says) as string });
});

test("what npm has for itself is not taken for ours", async () => {
  const env = { ...upgrade, npm_config_json: "true", npm_config_yes: "true" };
  expect((await given(env, "upgrade")).said).toContain("--release is required");
  expect((await given({ npm_config_release: "true" }, "upgrade")).said).toContain("--release is required");
});

test("npm itself takes them as it is expected to", () => {
  const folder = mkdtempSync(join(tmpdir(), "tfe-repave-npm-"));
  try {
    const script = `node -p "JSON.stringify([process.argv.slice(1), process.env.npm_config_release ?? null, process.env.npm_lifecycle_event])" --`;
    writeFileSync(join(folder, "package.json"), JSON.stringify({ scripts: { upgrade: script } }));
    const run = (...words: readonly string[]): unknown =>
      JSON.parse(
        execFileSync("npm", ["run", "--silent", "upgrade", ...words], { cwd: folder, encoding: "utf8", stdio: "pipe" }),
      );
    expect(run("--release=642")).toEqual([[], "642", "upgrade"]);
    expect(run("--release", "642")).toEqual([["642"], "true", "upgrade"]);
    expect(run("--", "--release", "642")).toEqual([["--release", "642"], null, "upgrade"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 30_000);
