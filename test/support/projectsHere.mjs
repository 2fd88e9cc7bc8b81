/**
 * Prints the test projects that run against real programs, as far as this machine has them, and on stderr what is skipped and why.
 * `npm test` gives them to Jest.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";

const runs = (program, ...args) => spawnSync(program, args, { stdio: "ignore" }).status === 0;
const has = (program) => runs("sh", "-c", `command -v ${program}`);
const isThere = (file) => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const OPTIONAL = [
  {
    project: "sshd",
    isPossible: () => isThere("/usr/sbin/sshd") && has("ssh-agent"),
    skipped: "The tests against a real sshd are skipped: they need openssh-server and openssh-client.",
  },
  {
    project: "aws",
    isPossible: () => runs("python3", "-m", "ensurepip", "--version"),
    skipped: "The tests against moto are skipped: they need python3 with venv.",
  },
  {
    project: "containers",
    isPossible: () => process.getuid?.() === 0 && ["podman", "runc", "docker-compose", "go"].every(has),
    skipped: "The tests on a real container runtime are skipped: they need root, podman, runc, docker-compose and go.",
  },
];

const here = OPTIONAL.filter(({ isPossible, skipped }) => {
  const possible = isPossible();
  if (!possible) console.error(skipped);
  return possible;
});
console.log(["e2e", ...here.map(({ project }) => project)].join(" "));
