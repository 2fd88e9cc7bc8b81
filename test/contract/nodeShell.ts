import type { NodeAddress, NodeShell } from "../../orchestration/ports/nodeShell";

export interface NodeShellSubject {
  readonly shell: NodeShell;
  readonly node: NodeAddress;
  /** An address at which no node is. */
  readonly nobody: NodeAddress;
  /** A command that ends well and prints `prints` on stdout. */
  readonly works: { readonly argv: readonly string[]; readonly prints: RegExp };
  /** A command that ends with this exit status, other than 0 and 255. */
  readonly fails: { readonly argv: readonly string[]; readonly exitCode: number };
  /** A command that does not end before minutes have passed on the subject's clock. */
  readonly lasts: { readonly argv: readonly string[] };
  readonly close: () => Promise<void>;
}

/** What every NodeShell promises, whatever the way to the node. */
export function describeNodeShellContract(name: string, make: () => Promise<NodeShellSubject>): void {
  describe(`node shell contract: ${name}`, () => {
    let subject: NodeShellSubject;
    beforeAll(async () => {
      subject = await make();
    }, 60_000);
    afterAll(() => subject.close());

    it("gives the output and the status of a command that ended well", async () => {
      const result = await subject.shell.run(subject.node, subject.works.argv);
      expect(result).toMatchObject({ exitCode: 0 });
      expect(result.stdout).toMatch(subject.works.prints);
    });

    it("takes a command that ended with another status for a result", async () => {
      const result = await subject.shell.run(subject.node, subject.fails.argv);
      expect(result.exitCode).toBe(subject.fails.exitCode);
    });

    it("says NODE_UNREACHABLE where there is no node", async () => {
      const asking = subject.shell.run(subject.nobody, subject.works.argv);
      await expect(asking).rejects.toMatchObject({ code: "NODE_UNREACHABLE" });
    });

    it("says NODE_COMMAND_TIMEOUT when a command does not end in time", async () => {
      const running = subject.shell.run(subject.node, subject.lasts.argv, { timeoutMs: 10_000 });
      await expect(running).rejects.toMatchObject({ code: "NODE_COMMAND_TIMEOUT" });
    });

    it("stops waiting with the signal's reason when it aborts", async () => {
      const abort = new AbortController();
      const running = subject.shell.run(subject.node, subject.lasts.argv, { signal: abort.signal });
      setTimeout(() => {
        abort.abort(new Error("enough"));
      }, 30);
      await expect(running).rejects.toThrow("enough");
    });

    it("sends nothing when the signal has aborted before", async () => {
      const running = subject.shell.run(subject.node, subject.works.argv, {
        signal: AbortSignal.abort(new Error("no")),
      });
      await expect(running).rejects.toThrow("no");
    });
  });
}
