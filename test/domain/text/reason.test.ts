import * as fc from "fast-check";
import { reasonOf, withoutAgentsOwn } from "../../../orchestration/domain/text/reason";
import { evil } from "../../support/evilText";

/** What the SSM agent adds to the standard error of a command that failed; its line has no end. */
const agents = (status: number): string => `failed to run commands: exit status ${status}`;

const CURL = `curl: (60) SSL certificate problem: unable to get local issuer certificate
More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the web page mentioned above.
`;
const SECRET =
  "\nAn error occurred (AccessDeniedException) when calling the GetSecretValue operation: User: arn:aws:sts::123456789012:assumed-role/tfe/i-0aaaaaaaaaaaaaaaa is not authorized to perform: secretsmanager:GetSecretValue\n";
const DOCKER = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";

describe("the reason of a failed command", () => {
  it.each([
    ["the line before the agent's", "", `${DOCKER}\n`, 1, DOCKER],
    ["an unfinished line before the agent's", "", DOCKER, 1, DOCKER],
    [
      "a program that is missing",
      "",
      "_script.sh: line 1: /usr/local/bin/replicatedctl: No such file or directory\n",
      127,
      "_script.sh: line 1: /usr/local/bin/replicatedctl: No such file or directory",
    ],
    ["a refusal by AWS", "", SECRET, 254, SECRET.trim()],
    [
      "curl's first line, not its advice",
      "",
      CURL,
      60,
      "curl: (60) SSL certificate problem: unable to get local issuer certificate",
    ],
    [
      "curl's line without the progress meter before it",
      "",
      "  % Total    % Received % Xferd  Average Speed   Time\n\r  0     0    0     0 --:--:-- --:--:-- --:--:--     0curl: (6) Could not resolve host: x\n",
      6,
      "curl: (6) Could not resolve host: x",
    ],
    [
      "what comes before the usage of a program",
      "",
      "Error: unknown flag: --x\nUsage:\n  replicatedctl app status [flags]\n\nFlags:\n  -h, --help   help for status\n",
      1,
      "Error: unknown flag: --x",
    ],
    [
      "what comes after the usage of a program that says it first",
      "",
      "usage: aws [options]\n\n  aws help\n\naws: error: argument command: Invalid choice\n",
      252,
      "aws: error: argument command: Invalid choice",
    ],
    [
      "the panic of a program, not its trace",
      "",
      "panic: no such host\n\ngoroutine 1 [running]:\nmain.main()\n\t/x/main.go:10 +0x1d\nexit status 2\n",
      2,
      "panic: no such host",
    ],
    [
      "git's first line, not its advice",
      "",
      "Cloning\nfatal: repository not found\n\nPlease make sure you have the correct access rights\nand the repository exists.\n",
      128,
      "fatal: repository not found",
    ],
    [
      "what comes before the advice to read the help",
      "",
      "docker: unknown flag\nSee 'docker run --help'.\n",
      125,
      "docker: unknown flag",
    ],
    [
      "standard output where standard error says nothing",
      "This account is currently not available.\n",
      "",
      1,
      "This account is currently not available.",
    ],
    ["the signal, where nothing is said", "", "", 137, "it was killed (exit status 137)"],
  ])("is %s, over SSM and over SSH", (_title, stdout, stderr, status, reason) => {
    expect(reasonOf(stdout, stderr, status)).toBe(reason);
    const bySsm = `${stderr}${stderr === "" || stderr.endsWith("\n") ? "" : "\n"}${agents(status)}`;
    expect(reasonOf(stdout, bySsm, status)).toBe(reason);
    expect(withoutAgentsOwn(bySsm).trimEnd()).toBe(stderr.trimEnd());
  });

  it("is the status alone where nothing was said", () => {
    expect(reasonOf("", agents(3), 3)).toBe("exit status 3");
  });

  it("is one line of bounded length, whatever was printed, in time linear in its length", () => {
    fc.assert(
      fc.property(evil, evil, fc.integer({ min: 1, max: 255 }), (stdout, stderr, status) => {
        const reason = reasonOf(stdout, stderr, status);
        expect(reason).not.toMatch(/[\n\r\u001b]/);
        expect(reason.length).toBeLessThan(450);
      }),
      { numRuns: 3_000 },
    );
    for (const part of ["failed to run commands: ", "failed to run commands: signal: a ", "\n", " ", "curl: ("]) {
      const began = performance.now();
      reasonOf("", `${part.repeat(1_000_000 / part.length)}!`, 1);
      expect(performance.now() - began).toBeLessThan(1_000);
    }
  });
});
