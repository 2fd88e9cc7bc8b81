import { lines } from "../../domain/text";

export interface SshAttempt {
  readonly stderr: string;
  /** Name under which the client knows the host's key. */
  readonly alias: string;
}

interface Reading {
  readonly says: RegExp;
  /** What it means and what to do. */
  readonly means: (attempt: SshAttempt) => string;
}

/** OpenSSH's own words (it translates none), the most telling first: one failure is often followed by others that it caused. */
const READINGS: readonly Reading[] = [
  {
    says: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    means: ({ alias }) =>
      `the host key has changed. An instance id is never reused, so find out what answers there before you run \`ssh-keygen -R ${alias}\` (for a bastion: its own name)`,
  },
  {
    says: /host key is known for|Host key verification failed/,
    means: () =>
      "the host key is unknown, and OpenSSH accepts known keys only. Every node of a repave is new: set `StrictHostKeyChecking accept-new` for the nodes, or have their keys signed (`@cert-authority` in known_hosts)",
  },
  {
    says: /Permission denied \(|Too many authentication failures/,
    means: () =>
      "the login was refused. Check that sshUser is right, that the key is offered (`ssh-add -l`, IdentityFile), and that image and bastion accept it",
  },
  {
    says: /Load key .*(?:bad permissions|UNPROTECTED)|UNPROTECTED PRIVATE KEY FILE/,
    means: () => "the private key is readable by others, so OpenSSH does not use it. Run chmod 600 on it",
  },
  {
    says: /Could not resolve hostname/,
    means: () => "a host name in the client's configuration does not resolve",
  },
  {
    says: /during banner exchange|banner exchange: .*timed out/i,
    means: () => "the connection was accepted, but nothing answers: the machine, or its sshd, hangs",
  },
  {
    says: /Timeout, server .* not responding|Connection to .* timed out/,
    means: () => "the connection went silent and was closed; the command may still be running",
  },
  {
    says: /Connection timed out|Operation timed out|No route to host|Network is unreachable/,
    means: () => "nothing answers. Check that the machine is up, and check security groups, routes and ProxyJump",
  },
  {
    says: /Connection refused/,
    means: () => "the machine is up, but its sshd is not, or it listens on another port",
  },
  {
    says: /client_loop: send disconnect|Connection (?:to .* )?(?:closed|reset)|Broken pipe/,
    means: () => "the connection broke; the command may still be running",
  },
];

const NOISE = /^(?:@+$|Warning: Permanently added|Connection closed by UNKNOWN|kex_exchange_identification|\*\* )/;

/** Why OpenSSH could not do it: what it said, what that means, and what to do. One line. */
export function sshFailure(attempt: SshAttempt): string {
  const said = lines(attempt.stderr)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  for (const { says, means } of READINGS) {
    const words = said.find((line) => says.test(line));
    if (words !== undefined) return `${unframed(words)}: ${means(attempt)}`;
  }
  return (
    (said.filter((line) => !NOISE.test(line)).at(-1) ?? said.at(-1))?.slice(0, 200) ?? "ssh failed without a message"
  );
}

/** Its loudest warning stands in a frame of at signs. */
const unframed = (words: string): string =>
  words
    .replace(/^@\s*|\s*@$/g, "")
    .replace(/[.\r]+$/, "")
    .slice(0, 200);
