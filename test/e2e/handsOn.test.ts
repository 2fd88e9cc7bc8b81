/** A person at a shell with `pulumi` and `aws`, beside a lab that is kept running; and the upgrade over SSH. */
import { delimiter, join } from "node:path";
import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  type AutoScalingGroup,
} from "@aws-sdk/client-auto-scaling";
import { findOnPath } from "../../orchestration/adapters/pulumi/engine/searchPath";
import { ensureEngine } from "../../orchestration/adapters/pulumi/engine/ensureEngine";
import { run, type Ended, type Started } from "./support/command";
import { eventsIn, failureIn, finishedIn, stepsIn, stepsOf } from "./support/events";
import { labFolder, sourced, type LabFolder } from "./support/labFolder";
import { resultOf, UPGRADED_TO_642 } from "./support/result";

jest.setTimeout(450_000);

describe("a person at a shell, beside a running lab", () => {
  let lab: LabFolder;
  let labProcess: Started;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    lab = await labFolder();
    // Slower than the default, with nodes that are built sooner: the engine's real seconds weigh less against the lab's.
    labProcess = lab.startNpm("lab", "--speed", "10", "--node-build", "120");
    await labProcess.line("Ctrl-C");
    const built = await lab.npm("status", "--stack", "lab", "--json");
    expect(built.code).toBe(0);
    env = sourced(lab);
    const { root } = await ensureEngine();
    env["PATH"] = [join(root, "bin"), env["PATH"]].join(delimiter);
    // `npm test` has checked the types already, and a check is most of an update's time.
    env["PULUMI_NODEJS_TRANSPILE_ONLY"] = "true";
  });
  afterAll(() => lab.close());

  const pulumi = (verb: string, ...options: readonly string[]): Promise<Ended> => {
    const words = ["pulumi", verb, "--stack", "lab", "--config-file", lab.stackFile, "--non-interactive", ...options];
    return run(words, { env, limit: 200 });
  };

  async function group(): Promise<AutoScalingGroup> {
    const client = new AutoScalingClient({
      endpoint: env["AWS_ENDPOINT_URL"] ?? "",
      region: env["AWS_REGION"] ?? "",
      credentials: { accessKeyId: "lab", secretAccessKey: "lab" },
    });
    const { AutoScalingGroups: groups = [] } = await client.send(new DescribeAutoScalingGroupsCommand({}));
    client.destroy();
    const [only] = groups;
    if (!only || groups.length > 1) throw new Error(`${groups.length} groups`);
    return only;
  }

  const instanceIds = async (): Promise<(string | undefined)[]> =>
    ((await group()).Instances ?? []).map((instance) => instance.InstanceId).sort();

  it("previews no change of a stack that nobody touched", async () => {
    const { code, stdout } = await pulumi("preview", "--expect-no-changes");
    expect(stdout).toMatch(/\d+ unchanged/);
    expect(code).toBe(0);
  });

  it("stages another release by editing the stack file and `pulumi up`, which moves no node", async () => {
    const before = await instanceIds();
    expect(before).toHaveLength(2);
    await lab.edit((text) => text.replace(/(tfe:releaseSequence: ).*/, '$1"642"\n  tfe:transport: ssh'));
    const { code, stdout } = await pulumi("up", "--yes");
    expect(stdout).toMatch(/1 updated/);
    expect(code).toBe(0);
    expect(await instanceIds()).toEqual(before);
    const { LaunchTemplate: pinned, DesiredCapacity: desired, Instances: instances = [] } = await group();
    expect(pinned).toMatchObject({ Version: "1" });
    expect(desired).toBe(2);
    expect(instances.map((instance) => instance.LaunchTemplate?.Version)).toEqual(["1", "1"]);
    const outputs = await run(["pulumi", "stack", "output", "--stack", "lab", "--json"], { env, limit: 60 });
    expect(JSON.parse(outputs.stdout)).toMatchObject({
      latestTemplateVersion: 2,
      activeTemplateVersion: 1,
      transport: "ssh",
    });
  });

  describe("while an upgrade over SSH is under way", () => {
    let refused: Ended;
    let upgraded: Ended;
    let began: number;
    beforeAll(async () => {
      began = (await lab.region()).now;
      const upgrade = lab.startNpm("upgrade", "--release", "642", "--stack", "lab", "--json");
      await upgrade.line('"drain.started"');
      refused = await pulumi("up", "--yes", "--skip-preview");
      upgraded = await upgrade.ended;
    });

    it("refuses `pulumi up`, and says whose run it is and what to do", () => {
      expect(refused.code).not.toBe(0);
      const said = refused.stdout + refused.stderr;
      expect(said).toMatch(/Stack lab is held by run run-\d{8}-\d{6}-642\S* of \S+@\S+/);
      expect(said).toContain("npm run status -- --stack lab");
    });

    it("ends the upgrade well all the same, on the lab that stays", async () => {
      expect(failureIn(upgraded.stdout)).toBeUndefined();
      expect(upgraded.code).toBe(0);
      const finished = finishedIn(upgraded.stdout);
      expect(finished).toMatchObject({ outcome: "done", from: 610, release: 642, hops: [642] });
      expect(finished.nodes.map(({ release, healthy }) => [release, healthy])).toEqual([
        [642, true],
        [642, true],
      ]);
      expect(finished.witness).toMatchObject({ overlapSeconds: 0, lostJobs: 0, killedWhileBooting: 0, violations: [] });
      expect(stepsIn(upgraded.stdout)).toEqual(stepsOf(1));
      expect(await group()).toMatchObject({ LaunchTemplate: { Version: expect.stringMatching(/^[23]$/) as string } });
    });

    it("has the result that a run over SSM has", () => {
      expect(resultOf(upgraded)).toEqual(UPGRADED_TO_642);
    });

    it("reaches the nodes by SSH alone", async () => {
      const { ssmCommands } = await lab.region();
      expect(ssmCommands.filter((command) => command.requestedAt > began)).toEqual([]);
      const drained = eventsIn(upgraded.stdout).filter((event) => event.event === "drain.proven");
      expect(drained).toHaveLength(2);
    });
  });

  it("previews no change after the upgrade either: the stack file says what is", async () => {
    const { code } = await pulumi("preview", "--expect-no-changes");
    expect(code).toBe(0);
  });

  it("sees the truth with the aws command", async () => {
    const aws = await findOnPath("aws", env);
    if (aws === undefined) return;
    const ask = async (...words: readonly string[]): Promise<unknown> => {
      const { stdout, stderr } = await run([aws, ...words, "--output", "json"], { env, limit: 60 });
      expect(stderr).toBe("");
      return JSON.parse(stdout);
    };
    const truth = await group();
    const { LaunchTemplate: pinned } = truth;
    expect(await ask("autoscaling", "describe-auto-scaling-groups")).toMatchObject({
      AutoScalingGroups: [
        {
          AutoScalingGroupName: truth.AutoScalingGroupName,
          MinSize: 2,
          MaxSize: 2,
          DesiredCapacity: 2,
          SuspendedProcesses: [],
          LaunchTemplate: { Version: pinned?.Version },
          Instances: [{ LifecycleState: "InService" }, { LifecycleState: "InService" }],
        },
      ],
    });
    const id = pinned?.LaunchTemplateId ?? "";
    const versions = await ask("ec2", "describe-launch-template-versions", "--launch-template-id", id);
    expect(versions).toMatchObject({
      LaunchTemplateVersions: expect.arrayContaining([
        expect.objectContaining({
          VersionNumber: 1,
          VersionDescription: expect.stringMatching(/^release 610 /) as string,
        }),
        expect.objectContaining({
          VersionNumber: Number(pinned?.Version),
          VersionDescription: expect.stringMatching(/^release 642 /) as string,
        }),
      ]) as unknown,
    });
  });

  it("stops the lab with Ctrl-C, which leaves no process and no temporary file", async () => {
    labProcess.interrupt();
    expect((await labProcess.ended).code).toBe(130);
    expect(await lab.close()).toEqual([]);
  });
});
