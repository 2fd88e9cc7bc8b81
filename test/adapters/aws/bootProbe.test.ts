import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addFaults, checkFaults } from "../../../lab/faults";
import { DEFAULTS } from "../../../lab/region/defaults";
import { awsBootProbe } from "../../../orchestration/adapters/aws/bootProbe";
import { ssmShell } from "../../../orchestration/adapters/nodeShell/ssmShell";
import type { BootProbe, Source } from "../../../orchestration/ports/account/bootProbe";
import type { NodeAddress, NodeShell } from "../../../orchestration/ports/nodeShell";
import { serveEstate, type ServedEstate } from "../../lab/servedEstate";

const { settings } = DEFAULTS.secrets;
const INSTALLER = "https://get.replicated.com/docker/terraformenterprise/active-active";

describe("over the lab's protocols", () => {
  let lab: ServedEstate;
  let sources: BootProbe;
  let node: NodeAddress;
  beforeAll(async () => {
    lab = await serveEstate({ count: 1, runs: true });
    sources = awsBootProbe({ ...lab, launchTemplateId: lab.templateId, shell: ssmShell(lab) });
    node = { instanceId: lab.only().id, privateIp: lab.only().privateIp };
  }, 60_000);
  afterAll(() => lab.close());
  beforeEach(() => {
    lab.region.state.faults = [];
  });

  const happens = (wish: object): void => {
    addFaults(lab.region.state, checkFaults([wish]));
    lab.advance();
  };

  it("a launch that EC2 would make has no problem, and launches nothing", async () => {
    expect(await sources.launchProblem(1)).toBeUndefined();
    expect(lab.region.state.instances).toHaveLength(1);
  });

  it("a launch without the image, or without the permission, is refused in every subnet, in EC2's words", async () => {
    const images = lab.region.state.images.splice(0);
    const [first, second] = DEFAULTS.subnetIds;
    const gone = `RunInstances: InvalidAMIID.NotFound: The image id '[${DEFAULTS.images.older}]' does not exist`;
    expect(await sources.launchProblem(1)).toBe(`in ${first}: ${gone}; in ${second}: ${gone}`);
    lab.region.state.images.push(...images);
    happens({ fault: "access-denied", when: "now", operations: ["RunInstances"] });
    expect(await sources.launchProblem(1)).toMatch(new RegExp(`^in ${first}: RunInstances: UnauthorizedOperation`));
  });

  it("credentials that have expired are no word on the launch", async () => {
    happens({ fault: "credentials-expired", when: "now", after: 0 });
    await expect(sources.launchProblem(1)).rejects.toMatchObject({ code: "CREDENTIALS_EXPIRED" });
  });

  it("a secret is there, or it does not exist", async () => {
    expect(await sources.secretProblem(settings)).toBeUndefined();
    const absent = `${settings}0`;
    expect(await sources.secretProblem(absent)).toBe(`${absent} does not exist`);
  });

  it("a node reads a secret, and says why where it may not", async () => {
    expect(await sources.nodeSecretProblem(node, settings)).toBeUndefined();
    happens({ fault: "secrets-denied", when: "now" });
    expect(await sources.nodeSecretProblem(node, settings)).toMatch(
      new RegExp(`^${node.instanceId}: cannot read ${settings}: An error occurred \\(AccessDeniedException\\)`),
    );
  }, 30_000);

  it("a node reaches the installer, and says why where it does not", async () => {
    expect(await sources.nodeSourceProblem(node, anyFile(INSTALLER))).toBeUndefined();
    happens({ fault: "installer-gone", when: "now" });
    expect(await sources.nodeSourceProblem(node, anyFile(INSTALLER))).toBe(
      `${node.instanceId}: cannot reach ${INSTALLER}: curl: (22) The requested URL returned error: 404`,
    );
  }, 30_000);

  it("a node sees an airgap package in a bucket, or that there is none", async () => {
    lab.region.state.buckets["packages"] = { "tfe-642.airgap": { body: "x", etag: '"1"', lastModified: 0 } };
    expect(await sources.nodeSourceProblem(node, anyFile("s3://packages/tfe-642.airgap"))).toBeUndefined();
    expect(await sources.nodeSourceProblem(node, anyFile("s3://packages/tfe-655.airgap"))).toMatch(/: Not Found$/);
  }, 30_000);
});

const anyFile = (url: string): Source => ({ url, digestKey: "installerSha256", sha256: undefined });

describe("on the node", () => {
  const NODE = { instanceId: "i-1", privateIp: "10.0.0.1" };
  const asking = (answers: readonly number[]): { lines: string[]; shell: NodeShell } => {
    const lines: string[] = [];
    return {
      lines,
      shell: {
        run: (_, argv) => {
          lines.push(argv.join(" "));
          return Promise.resolve({ exitCode: answers[lines.length - 1] ?? 0, stdout: "", stderr: "no" });
        },
      },
    };
  };
  const over = (shell: NodeShell, proxyUrl?: string): BootProbe =>
    awsBootProbe({ clients: {} as never, shell, groupName: "tfe", launchTemplateId: "lt-1", proxyUrl });

  it("no value of a secret is printed: the command asks for its ARN", async () => {
    const { lines, shell } = asking([0]);
    await over(shell).nodeSecretProblem(NODE, settings);
    expect(lines).toEqual([
      `aws secretsmanager get-secret-value --region eu-west-1 --secret-id ${settings} --query ARN --output text`,
    ]);
  });

  it("a server that knows no HEAD is asked for the first byte, through the node's proxy", async () => {
    const { lines, shell } = asking([22, 0]);
    expect(await over(shell, "http://proxy:3128").nodeSourceProblem(NODE, anyFile(INSTALLER))).toBeUndefined();
    const curl =
      "curl --fail --silent --show-error --location --proto =https --proxy http://proxy:3128 --max-time 20 --output /dev/null";
    expect(lines).toEqual([`${curl} --head ${INSTALLER}`, `${curl} --range 0-0 ${INSTALLER}`]);
  });

  it("a file of a known digest is read whole, through the proxy, and compared", async () => {
    const bin = mkdtempSync(join(tmpdir(), "digest-"));
    const answer = `#!/bin/sh\nprintf '%s' "\${https_proxy:-no proxy} \${@##*/}" >&2\nprintf installer\n`;
    for (const name of ["curl", "aws"]) writeFileSync(join(bin, name), answer, { mode: 0o755 });
    const shell: NodeShell = {
      run: (_, [program = "", ...args]) => {
        const env = { PATH: `${bin}:/usr/bin:/bin` };
        const { status, stdout, stderr } = spawnSync(program, args, { env, encoding: "utf8" });
        return Promise.resolve({ exitCode: status ?? -1, stdout, stderr });
      },
    };
    const right = createHash("sha256").update("installer").digest("hex");
    const wrong = "0".repeat(64);
    try {
      for (const url of [INSTALLER, "s3://packages/tfe-642.airgap"]) {
        const probe = over(shell, "http://proxy:3128");
        expect(
          await probe.nodeSourceProblem(NODE, { url, digestKey: "installerSha256", sha256: right }),
        ).toBeUndefined();
        expect(await probe.nodeSourceProblem(NODE, { url, digestKey: "installerSha256", sha256: wrong })).toBe(
          `${url} has the SHA-256 ${right}, and the stack names ${wrong}`,
        );
      }
      writeFileSync(join(bin, "curl"), "#!/bin/sh\necho 'curl: (22) 404' >&2; exit 22\n", { mode: 0o755 });
      expect(
        await over(shell).nodeSourceProblem(NODE, { url: INSTALLER, digestKey: "installerSha256", sha256: right }),
      ).toBe(`i-1: cannot read ${INSTALLER}: curl: (22) 404`);
    } finally {
      rmSync(bin, { recursive: true });
    }
  });
});
