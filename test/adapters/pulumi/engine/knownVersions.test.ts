import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rememberedVersion } from "../../../../orchestration/adapters/pulumi/engine/knownVersions";
import { createSandbox, type Sandbox, writeScript } from "./fakes";

let sandbox: Sandbox;
let executable: string;
beforeEach(() => {
  sandbox = createSandbox();
  executable = join(sandbox.path, "pulumi");
});
afterEach(() => sandbox.remove());

/** An engine that counts its starts. */
const install = (version: string): void =>
  writeScript(executable, `echo start >> ${join(sandbox.root, "starts")}; echo ${version}`);

const starts = (): number => readFileSync(join(sandbox.root, "starts"), "utf8").trim().split("\n").length;

const ask = async (): Promise<string | undefined> => (await rememberedVersion(executable, sandbox.machine))?.version;

it("starts an engine for its version once", async () => {
  install("v3.230.0");
  expect([await ask(), await ask(), await ask()]).toEqual(["3.230.0", "3.230.0", "3.230.0"]);
  expect(starts()).toBe(1);
});

it("asks again when the file is another one", async () => {
  install("v3.230.0");
  await ask();
  install("v3.231.10");
  expect(await ask()).toBe("3.231.10");
});

it("remembers nothing of what does not answer, and finds out again what was damaged", async () => {
  install("nonsense");
  expect([await ask(), await ask()]).toEqual([undefined, undefined]);
  expect(starts()).toBe(2);
  install("v3.230.0");
  await ask();
  writeFileSync(join(sandbox.cache, "versions.json"), "{");
  expect(await ask()).toBe("3.230.0");
});
