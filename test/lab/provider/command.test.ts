import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveRegion, secret, UNKNOWN, type ProvidedRegion } from "./support";

const TYPE = "command:local:Command";

describe("a local command", () => {
  let provided: ProvidedRegion;
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "lab-command-"));
    provided = await serveRegion({ FROM_THE_LAB: "lab", BOTH: "lab" });
  });
  afterEach(async () => {
    await provided.close();
    await rm(dir, { recursive: true });
  });

  it("runs in its folder, with its environment over the lab's over the process's, and its input", async () => {
    const made = await provided.command.create(TYPE, "gate", {
      create: 'pwd; echo "$FROM_THE_LAB $BOTH ${PATH:+path}"; cat; echo aside >&2',
      dir,
      environment: { BOTH: "own" },
      stdin: "from stdin",
    });
    expect(made.id).toMatch(/^gate[0-9a-f]{8}$/);
    expect(made.outputs).toMatchObject({ stdout: `${dir}\nlab own path\nfrom stdin`, stderr: "aside", dir });
  });

  it("runs in another interpreter", async () => {
    const made = await provided.command.create(TYPE, "gate", {
      create: "console.log(6 * 7)",
      interpreter: [process.execPath, "-e"],
    });
    expect(made.outputs["stdout"]).toBe("42");
  });

  it("that fails is an error with the end of its output", async () => {
    await expect(
      provided.command.create(TYPE, "gate", { create: "echo looking; echo broken >&2; exit 3" }),
    ).rejects.toThrow(
      /creating command:local:Command gate: exit status 3: running "echo looking; echo broken >&2; exit 3":\n(looking\nbroken|broken\nlooking)/,
    );
  });

  it("that cannot start is an error", async () => {
    await expect(provided.command.create(TYPE, "gate", { create: "true", dir: join(dir, "missing") })).rejects.toThrow(
      "ENOENT",
    );
  });

  it("is known by its inputs only in a preview, where it does not run", async () => {
    const preview = await provided.command.previewCreate(TYPE, "gate", { create: "touch made", dir });
    expect(preview).toMatchObject({ create: "touch made", stdout: UNKNOWN, stderr: UNKNOWN });
    await expect(readFile(join(dir, "made"))).rejects.toThrow("ENOENT");
  });

  it("is replaced by other triggers and by nothing else", async () => {
    const inputs = { create: "true", triggers: ["a"] };
    const made = await provided.command.create(TYPE, "gate", inputs);
    expect((await provided.command.diff(made, inputs)).changes).toBe(false);
    expect(await provided.command.diff(made, { ...inputs, triggers: ["b"] })).toMatchObject({
      replaces: ["triggers"],
      detailed: { "triggers[0]": "UPDATE_REPLACE" },
    });
    expect(await provided.command.diff(made, { ...inputs, create: "false" })).toMatchObject({
      replaces: [],
      detailed: { create: "UPDATE" },
    });
    expect((await provided.command.diff(made, { ...inputs, create: "false" }, ["create"])).changes).toBe(false);
  });

  it("runs create again on an update, or update where there is one, which knows what was printed before", async () => {
    const made = await provided.command.create(TYPE, "gate", { create: "echo one" });
    const again = await provided.command.update(made, { create: "echo two" });
    expect(again.outputs["stdout"]).toBe("two");
    const updated = await provided.command.update(again, {
      create: "echo two",
      update: 'echo "after $PULUMI_COMMAND_STDOUT"',
    });
    expect(updated.outputs["stdout"]).toBe("after two");
  });

  it("whose update fails stays as it was recorded", async () => {
    const made = await provided.command.create(TYPE, "gate", { create: "echo one" });
    const error = await provided.command.update(made, { create: "exit 1" }).catch((e: unknown) => e);
    expect(error).toMatchObject({ details: expect.stringContaining("exit status 1") as string });
    const { metadata } = error as { metadata: { get(key: string): Buffer[] } };
    expect(metadata.get("grpc-status-details-bin")).toEqual([]);
  });

  it("runs delete, and reads as it was recorded", async () => {
    const made = await provided.command.create(TYPE, "gate", { create: "true", delete: 'pwd > "$PWD/deleted"', dir });
    expect((await provided.command.read(made))?.outputs).toEqual(made.outputs);
    await provided.command.delete(made);
    expect(await readFile(join(dir, "deleted"), "utf8")).toBe(`${dir}\n`);
  });

  it("with a secret in it prints secrets", async () => {
    const made = await provided.command.create(TYPE, "gate", {
      create: 'echo "$TOKEN"',
      environment: { TOKEN: secret("t0ken"), PLAIN: "p" },
    });
    expect(made.inputs["environment"]).toEqual({ TOKEN: secret("t0ken"), PLAIN: "p" });
    expect(made.outputs).toMatchObject({
      environment: { TOKEN: secret("t0ken"), PLAIN: "p" },
      stdout: secret("t0ken"),
      stderr: secret(""),
    });
  });

  describe("that does not end by itself", () => {
    const inputs = () => ({ create: "sleep 60 & echo $! > child; echo $$ > shell; wait", dir });

    async function pidIn(file: string): Promise<number> {
      for (;;) {
        const text = await readFile(join(dir, file), "utf8").catch(() => "");
        if (text.endsWith("\n")) return Number(text);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }

    const pids = async () => [await pidIn("shell"), await pidIn("child")];

    it.each([
      ["when the engine cancels", (it: ProvidedRegion) => it.command.cancel(), "cancelled"],
      ["when the lab stops", (it: ProvidedRegion) => it.close(), "the lab has stopped"],
    ])("is ended with its children %s", async (_title, stop, reason) => {
      const outcome = expect(provided.command.create(TYPE, "gate", inputs())).rejects.toThrow(reason);
      const started = await pids();
      await stop(provided);
      await outcome;
      for (const pid of started) expect(await isGone(pid)).toBe(true);
    });

    it("is ended with its children when the engine is killed", async () => {
      const engine = provided.command.abandonedCreate(TYPE, "gate", inputs());
      const started = await pids();
      engine.leave();
      for (const pid of started) expect(await isGone(pid)).toBe(true);
    });
  });
});

/** An orphan's end is seen a moment later; where nobody collects orphans it stays as a zombie, which runs no more. */
async function isGone(pid: number): Promise<boolean> {
  for (let look = 0; look < 200; look += 1) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    if (stat.split(") ")[1]?.startsWith("Z")) return true;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return false;
}
