import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { newKeyPair } from "../../../lab/ssh/keys";
import { consoleHostKeys, knownHostsOption } from "../../../orchestration/adapters/nodeShell/hostKeys";
import { FakeClock } from "../../fakes/clock";
import { temporaryFolder } from "../../lab/temporary";

const NODE = { instanceId: "i-0a", privateIp: "10.0.1.5" };
const KEY = newKeyPair("").public.split(" ").slice(0, 2).join(" ");
const SHOWN = `-----BEGIN SSH HOST KEY KEYS-----\n${KEY} root@x\n-----END SSH HOST KEY KEYS-----\n`;

let home: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => (home = await temporaryFolder()));
afterEach(() => home.remove());

function keys(console: Partial<Record<"boot" | "latest", string>>) {
  const asked: string[] = [];
  const clock = new FakeClock();
  const folder = join(home.path, "host-keys");
  const learned = consoleHostKeys({
    folder,
    clock,
    consoleOutput(instanceId, which) {
      asked.push(`${instanceId} ${which}`);
      return Promise.resolve(console[which] ?? "");
    },
  });
  return { learned, asked, clock, folder, console };
}

describe("host keys from the console", () => {
  it("become a file of known hosts under the instance's id, for its owner alone", async () => {
    const { learned, asked, folder } = keys({ boot: SHOWN });
    expect(learned.learnedOf(NODE)).toBeUndefined();
    const file = await learned.knownHostsOf(NODE);
    expect(await readFile(file, "utf8")).toBe(`i-0a ${KEY}\n`);
    expect([(await stat(file)).mode & 0o777, (await stat(folder)).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(asked).toEqual(["i-0a boot"]);
    expect(learned.learnedOf(NODE)).toBe(file);
  });

  it("are remembered by the next process, for EC2 forgets them", async () => {
    await keys({ boot: SHOWN }).learned.knownHostsOf(NODE);
    const { learned, asked } = keys({});
    expect(await readFile(await learned.knownHostsOf(NODE), "utf8")).toContain(KEY);
    expect(asked).toEqual([]);
  });

  it("are those of the latest output where that of the boot has none", async () => {
    const { learned, asked } = keys({ latest: SHOWN });
    await learned.knownHostsOf(NODE);
    expect(asked).toEqual(["i-0a boot", "i-0a latest"]);
  });

  it("are asked for once, however many commands wait for them", async () => {
    const { learned, asked } = keys({ boot: SHOWN });
    await Promise.all([learned.knownHostsOf(NODE), learned.knownHostsOf(NODE)]);
    expect(asked).toHaveLength(1);
  });

  it("leave the node unreachable until they are there, with what to do; and are looked for again", async () => {
    const world = keys({});
    const refused = {
      code: "NODE_UNREACHABLE",
      detail: expect.stringMatching(
        /^i-0a: .*shows none \(yet\).*known_hosts under the name i-0a.*@cert-authority.*tfe:sshHostKeys to config/,
      ) as string,
    };
    await expect(world.learned.knownHostsOf(NODE)).rejects.toMatchObject(refused);
    await expect(world.learned.knownHostsOf(NODE)).rejects.toMatchObject(refused);
    // A gate asks many things at once, and often.
    expect(world.asked).toHaveLength(2);
    world.console.boot = SHOWN;
    await world.clock.sleep(10_000);
    expect(await readFile(await world.learned.knownHostsOf(NODE), "utf8")).toContain(KEY);
  });

  it("are not believed where two blocks differ", async () => {
    const other = SHOWN.replace(KEY, newKeyPair("").public.split(" ").slice(0, 2).join(" "));
    const { learned } = keys({ boot: other + SHOWN, latest: SHOWN });
    await expect(learned.knownHostsOf(NODE)).rejects.toMatchObject({
      detail: expect.stringContaining("different keys at different times") as string,
    });
    expect(learned.learnedOf(NODE)).toBeUndefined();
  });

  it("are of instances, and of nothing else", async () => {
    const { learned, asked } = keys({ boot: SHOWN });
    for (const instanceId of ["../../i-0a", "*", "@revoked *", "i-0a,*", ""])
      await expect(learned.knownHostsOf({ ...NODE, instanceId })).rejects.toMatchObject({ code: "NODE_UNREACHABLE" });
    expect(asked).toEqual([]);
  });

  it("may be kept in a folder of any name", async () => {
    expect(knownHostsOption('/a b/50%/"x')).toBe('UserKnownHostsFile="/a b/50%%/\\"x"');
    await writeFile(join(home.path, "host-keys"), "in the way");
    await expect(keys({ boot: SHOWN }).learned.knownHostsOf(NODE)).rejects.toThrow(/EEXIST|ENOTDIR/);
  });
});
