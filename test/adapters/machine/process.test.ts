import { OutputTooLong, runProcess } from "../../../orchestration/adapters/machine/process";

describe("a process that prints without end", () => {
  it.each(["stdout", "stderr"])("is ended where it has printed more than it may on %s", async (stream) => {
    const script = `const write = () => process.${stream}.write("x".repeat(65536), write); write();`;
    const begin = performance.now();
    await expect(runProcess(["node", "-e", script], { maxBytes: 1_000_000 })).rejects.toThrow(OutputTooLong);
    expect(performance.now() - begin).toBeLessThan(20_000);
  });

  it("is left alone below the bound", async () => {
    const result = await runProcess(["node", "-e", 'process.stdout.write("x".repeat(1000))'], { maxBytes: 1_000 });
    expect(result).toMatchObject({ exitCode: 0, stdout: "x".repeat(1_000) });
  });
});
