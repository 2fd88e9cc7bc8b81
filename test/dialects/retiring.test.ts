import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseLeft, RETIRE_SCRIPT } from "../../orchestration/dialects/retiring";
import { inShell } from "../support/inShell";

const UNIT = "terraform-enterprise.service";
const OTHER = "replicated.service";

/** A machine for the script: its units and its containers are files, and the programs that show them are shell scripts. */
class Machine {
  readonly root = mkdtempSync(join(tmpdir(), "tfe-repave-retire-"));

  constructor() {
    for (const folder of ["bin", "units"]) spawnSync("mkdir", ["-p", join(this.root, folder)]);
    this.unit(UNIT, "enabled active");
    this.file("containers", "hashicorp/terraform-enterprise:1.2.2 terraform-enterprise\n");
    this.program(
      "systemctl",
      `units="$MACHINE/units"
echo "$*" >>"$MACHINE/said"
verb=$1; shift
if [ "$1" = --now ]; then shift; fi
[ -e "$units/$1" ] || exit 1
read -r enabled active <"$units/$1"
case $verb in
  cat) ;;
  disable) [ "$enabled" = static ] && exit 1; echo disabled inactive >"$units/$1"; [ -e "$MACHINE/stubborn" ] || : >"$MACHINE/containers" ;;
  enable) echo enabled active >"$units/$1" ;;
  is-enabled) echo "$enabled"; [ "$enabled" = enabled ] ;;
  is-active) echo "$active"; [ "$active" = active ] ;;
esac`,
    );
    this.program("docker", `[ -e "$MACHINE/broken" ] && exit 1; sed 's/^/container /' "$MACHINE/containers"`);
    this.program("ps", `sed 's/.*/containerd-shim/' "$MACHINE/containers"; echo systemd`);
    this.program(
      "replicatedctl",
      `echo "ctl $*" >>"$MACHINE/said"
if [ "$2" = stop ]; then echo stopped >"$MACHINE/app"; : >"$MACHINE/containers"; exit 0; fi
printf '[{"State": "%s"}]\\n' "$(cat "$MACHINE/app" 2>/dev/null || echo started)"`,
    );
  }

  unit(name: string, state: string): void {
    this.file(join("units", name), `${state}\n`);
  }

  file(name: string, text: string): void {
    writeFileSync(join(this.root, name), text);
  }

  program(name: string, text: string): void {
    this.file(join("bin", name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(this.root, "bin", name), 0o755);
  }

  run(...words: readonly string[]): { readonly status: number | null; readonly stdout: string } {
    const path = `${join(this.root, "bin")}:${process.env["PATH"] ?? ""}`;
    return inShell("sh", ["-c", RETIRE_SCRIPT, "retire", ...words], {
      env: { PATH: path, MACHINE: this.root, ROOT: this.root },
    });
  }

  retire = (...units: readonly string[]): readonly string[] | undefined => {
    const { status, stdout } = this.run("retire", "docker", "", ...(units.length > 0 ? units : [UNIT]));
    return status === 0 ? parseLeft(stdout) : undefined;
  };

  said = (): string => readFileSync(join(this.root, "said"), "utf8");

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}

describe("the script that stops an application for good", () => {
  let machine: Machine;
  beforeEach(() => (machine = new Machine()));
  afterEach(() => machine.remove());

  it("stops and disables its unit, and proves that nothing is left", () => {
    expect(machine.retire()).toEqual([]);
    expect(readFileSync(join(machine.root, "units", UNIT), "utf8")).toBe("disabled inactive\n");
  });

  it("does no harm where it is repeated", () => {
    machine.retire();
    expect(machine.retire()).toEqual([]);
  });

  it("names a container that still runs", () => {
    machine.file("stubborn", "");
    expect(machine.retire()).toEqual(["hashicorp/terraform-enterprise:1.2.2 (terraform-enterprise) runs"]);
  });

  it("leaves the machine's own agents alone", () => {
    machine.file("stubborn", "");
    machine.file("containers", "datadog/agent:7 dd-agent\n");
    expect(machine.retire()).toEqual([]);
  });

  it("names a unit that cannot be disabled", () => {
    machine.unit(UNIT, "static active");
    expect(machine.retire()?.[0]).toBe(`${UNIT} is static and active`);
  });

  it("passes over a unit that there is not, and proves nothing where there is none at all", () => {
    expect(machine.retire(UNIT, OTHER)).toEqual([]);
    expect(machine.retire(OTHER)).toBeUndefined();
  });

  it("proves nothing where the runtime does not answer", () => {
    machine.file("broken", "");
    expect(machine.retire()).toBeUndefined();
  });

  it("has Replicated stop the application first, and waits until it says so", () => {
    machine.unit(OTHER, "enabled active");
    const { status, stdout } = machine.run("retire", "docker", "replicatedctl", OTHER);
    expect([status, parseLeft(stdout)]).toEqual([0, []]);
    expect(machine.said().indexOf("ctl app status")).toBeLessThan(machine.said().indexOf("disable"));
  });

  it("is taken back once, and only where it was done", () => {
    expect(machine.run("recall", UNIT).status).toBe(0);
    expect(existsSync(join(machine.root, "said"))).toBe(false);
    machine.retire();
    expect(machine.run("recall", UNIT).status).toBe(0);
    expect(readFileSync(join(machine.root, "units", UNIT), "utf8")).toBe("enabled active\n");
    const before = machine.said();
    expect(machine.run("recall", UNIT).status).toBe(0);
    expect(machine.said()).toBe(before);
  });
});

describe("its answer", () => {
  const ANSWER = "unit a.service disabled inactive\nprocesses 0\nend\n";

  it("proves nothing unless it is whole", () => {
    expect(parseLeft(ANSWER)).toEqual([]);
    expect(parseLeft(ANSWER.replace("end\n", ""))).toBeUndefined();
    expect(parseLeft(ANSWER.replace("processes 0\n", ""))).toBeUndefined();
    expect(parseLeft(ANSWER.replace(/^unit.*\n/, ""))).toBeUndefined();
  });

  it("counts processes that keep containers which no list shows", () => {
    expect(parseLeft(ANSWER.replace("processes 0", "processes 2"))).toEqual(["2 processes keep 0 containers"]);
  });

  it("takes a container without the name of an image for what it does not know", () => {
    expect(parseLeft(ANSWER.replace("processes 0", "container  pod-infra\nprocesses 1"))).toEqual([
      " (pod-infra) runs",
    ]);
  });
});
